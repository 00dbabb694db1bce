using System.Text.Json;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary><c>hashgate policy replay</c> from end to end: downloads of a server, told with it and without.</summary>
public sealed class ReplayCommandTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private FakeIndex _index = null!;
    private FakeFile _file = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _file = _index.Add(TestWheel.Build("alpha", "1.0"));
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Command_sends_the_lists_that_its_settings_name(bool serverRuns)
    {
        var program = new HashgateProgram(Path.Combine(_directory.Path, "data")).Over(_index);
        await using var server = await program.StartAsync();
        await server.Client.GetByteArrayAsync(_file.Path[1..]);
        if (!serverRuns)
        {
            await server.AskToStopAsync();
            Assert.Equal(0, await server.WaitForExitAsync());
        }

        var list = await WriteAsync("block.txt", "\ufeffalpha # \u001b[31mmined\n");
        var changed = await WriteAsync("changed.json", JsonSerializer.Serialize(new Dictionary<string, string> { ["Hashgate:Policy:Rules:blocklist:File"] = list }));

        var refused = await program.RunAsync("policy", "replay", "--since", "3d", "--with", changed);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Errors));
        Assert.Matches(
            @"^refused  alpha 1\.0 \(alpha-1\.0-py3-none-any\.whl\): blocklist: \?\[31mmined; 1 download by 1 client, \d{4}-\d\d-\d\d\n1 of 1 downloads would have been refused: 1 on the blocklist; by 1 client\n\z",
            refused.Output);
        var json = await program.RunAsync("policy", "replay", "--json", "--with", changed);
        Assert.Equal((1, 1), (json.ExitCode, JsonDocument.Parse(json.Output).RootElement.GetProperty("refused").GetArrayLength()));

        var fine = await program.RunAsync("policy", "replay");
        Assert.Equal((0, "0 of 1 downloads would have been refused\n"), (fine.ExitCode, fine.Output));
    }

    [Fact]
    public async Task Wrong_use_is_told()
    {
        var program = new HashgateProgram(Path.Combine(_directory.Path, "data")).Over(_index);
        var broken = await WriteAsync("broken.json", "{");
        var other = await WriteAsync("other.json", """{"Hashgate": {"DataDirectory": "/", "Policy": {"Mode": "audit"}}}""");
        var lost = await WriteAsync("lost.json", """{"Hashgate": {"Policy": {"Rules": {"allowlist": {"File": "nowhere.txt"}}}}}""");
        var errors = await WriteAsync("errors.json", $$"""{"Hashgate:Policy:Rules:blocklist:File": "{{await WriteAsync("errors.txt", "alpha\nbeta >=\n")}}"}""");
        await AssertWrongAsync("nowhere.json' can't be read", "--with", Path.Combine(_directory.Path, "nowhere.json"));
        await AssertWrongAsync("broken.json' is no settings file: ", "--with", broken);
        await AssertWrongAsync("hashgate: Hashgate:DataDirectory can't be tried: a replay changes Hashgate:Policy and Hashgate:Advisories:WhenMissing only; take it out.\n", "--with", other);
        await AssertWrongAsync("nowhere.txt' can't be read", "--with", lost);
        await AssertWrongAsync("lists.blocklist, line 2, column ", "--with", errors);
        await AssertWrongAsync("since is '3'", "--since", "3");

        async Task AssertWrongAsync(string error, params string[] arguments)
        {
            var wrong = await program.RunAsync(["policy", "replay", .. arguments]);
            Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
            Assert.Contains(error, wrong.Errors, StringComparison.Ordinal);
        }
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_directory.Path, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
