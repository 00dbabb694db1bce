using System.Runtime.Versioning;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Access;

public sealed class TokenAuthorityTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    [Fact, UnsupportedOSPlatform("windows")]
    public void Generated_token_is_kept_for_its_owner_alone()
    {
        var tokens = Create();
        var path = TokenAuthority.TokenPath(_data.Path);
        var token = File.ReadAllText(path).Trim();

        Assert.True(tokens.IsGenerated);
        Assert.Equal(Path.Combine(_data.Path, "admin-token"), path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Matches("^hg_[0-9a-f]{40}$", token);
        Assert.Equal(("operator", Role.Operate), tokens.Find(token));
    }

    [Fact]
    public void Generated_token_stays_over_a_restart()
    {
        Create();
        var token = File.ReadAllText(TokenAuthority.TokenPath(_data.Path));
        Assert.NotNull(Create().Find(token.Trim()));
        Assert.Equal(token, File.ReadAllText(TokenAuthority.TokenPath(_data.Path)));
    }

    [Fact]
    public void Token_file_without_a_token_is_written_anew()
    {
        File.WriteAllText(TokenAuthority.TokenPath(_data.Path), "\n");
        var tokens = Create();
        Assert.Null(tokens.Find(""));
        Assert.NotNull(tokens.Find(File.ReadAllText(TokenAuthority.TokenPath(_data.Path)).Trim()));
    }

    [Fact]
    public void Configured_tokens_leave_no_generated_one()
    {
        var tokens = Create(new AdminToken("ada", "correct-horse-battery", Role.Operate), new AdminToken("grafana", "look-but-do-not-touch", Role.View));

        Assert.False(tokens.IsGenerated);
        Assert.False(File.Exists(TokenAuthority.TokenPath(_data.Path)));
        Assert.Equal(("ada", Role.Operate), tokens.Find("correct-horse-battery"));
        Assert.Equal(("grafana", Role.View), tokens.Find("look-but-do-not-touch"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("correct-horse-batter")]
    [InlineData("correct-horse-battery ")]
    [InlineData("Correct-horse-battery")]
    public void Wrong_token_is_nobody_s(string token) => Assert.Null(Create(new AdminToken("ada", "correct-horse-battery", Role.Operate)).Find(token));

    public void Dispose() => _data.Dispose();

    private TokenAuthority Create(params AdminToken[] tokens) => TokenAuthority.Create(new AdminSettings(tokens), _data.Path);
}
