using System.Text;
using System.Text.Json;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.ClientTokens;

/// <summary><c>hashgate token</c>, where no server runs.</summary>
public sealed class TokenCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Token_is_made_listed_and_revoked()
    {
        var program = new HashgateProgram(Path.Combine(_directory.Path, "data"));
        var made = await program.RunAsync("token", "create", "build servers", "--days", "30", "--json");
        Assert.True(made.ExitCode == 0, made.Errors);
        using var answer = JsonDocument.Parse(made.Output);
        var (id, token) = (answer.RootElement.GetProperty("id").GetString()!, answer.RootElement.GetProperty("token").GetString()!);
        Assert.True(TokenText.IsWhole(Encoding.ASCII.GetBytes(token)), token);

        var listed = await program.RunAsync("token", "list");
        Assert.Matches($@"\A{id}  build servers\n    made \d{{4}}-\d\d-\d\d \d\d:\d\d UTC by operator, until \d{{4}}-\d\d-\d\d \d\d:\d\d UTC, last used never\n\z", listed.Output);
        var revoked = await program.RunAsync("token", "revoke", id, "--reason", "moved & gone");
        Assert.Equal((0, "revoked\n"), (revoked.ExitCode, revoked.Output));
        Assert.Equal((0, "There are no tokens.\n"), ((await program.RunAsync("token", "list")) is var none ? (none.ExitCode, none.Output) : default));
        Assert.Equal(2, (await program.RunAsync("token", "revoke", id)).ExitCode);
    }
}
