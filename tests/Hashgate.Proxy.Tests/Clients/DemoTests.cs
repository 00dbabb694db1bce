using System.Text.RegularExpressions;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Clients;

/// <summary>Runs deploy/demo with the programs that were built beside these tests.</summary>
[Trait("Needs", "clients")]
public sealed partial class DemoTests
{
    private static readonly string Demo = Path.Combine(Repository.Root, "deploy", "demo");

    [Fact]
    public async Task The_demo_goes_as_it_should_and_leaves_nothing_behind()
    {
        using var home = new ClientHome();
        var run = (await RunAsync(home)).Succeeded().With("Everything went as it should.").Without("WRONG");
        // It folds what pip says.
        var said = run with { Output = run.Output.Replace("\n   | ", "", StringComparison.Ordinal) };
        said.Explained(HashgateIn(run), "hash-mismatch", "tampered-sample").Explained(HashgateIn(run), "hash-changed", "replaced-sample")
            .Explained(HashgateIn(run), "malware", "malicious-sample", "1.1").With("malware: MAL-2026-0001")
            .Explained(HashgateIn(run), "minimum-age", "young-sample", "1.1").With("(held until ")
            .Explained(HashgateIn(run), "allowlist", "unlisted");
        Assert.Empty(Directory.EnumerateDirectories(home.Path, "hashgate-demo.*"));
        await AssertEndedAsync(run);
    }

    [Fact]
    public async Task The_demo_leaves_hashgate_up_when_asked_to_and_says_how_to_end_it()
    {
        using var home = new ClientHome();
        var run = (await RunAsync(home, "--keep")).Succeeded();
        var end = EndingCommand().Match(run.Output);
        Assert.True(end.Success, run.Output);
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            Assert.Contains("good_sample-1.0-py3-none-any.whl", await http.GetStringAsync(new Uri(HashgateIn(run), "simple/good-sample/")), StringComparison.Ordinal);
        }
        finally
        {
            (await home.RunAsync("sh", ["-c", $"kill {end.Groups[1].Value} {end.Groups[2].Value}"])).Succeeded();
            foreach (var pid in (string[])[end.Groups[1].Value, end.Groups[2].Value])
                (await home.RunAsync("timeout", ["60", "sh", "-c", $"while kill -0 {pid} 2>/dev/null; do sleep 0.1; done"])).Succeeded();
        }
        await AssertEndedAsync(run);
    }

    [Theory]
    [InlineData("--unheard-of")]
    [InlineData("--built")]
    public async Task The_demo_refuses_arguments_that_it_does_not_know(string argument)
    {
        using var home = new ClientHome();
        Assert.Equal(2, (await home.RunAsync(Demo, [argument])).ExitCode);
    }

    private static Task<ClientRun> RunAsync(ClientHome home, params string[] arguments) =>
        home.RunAsync(Demo, ["--built", AppContext.BaseDirectory, .. arguments], new Dictionary<string, string> { ["TMPDIR"] = home.Path });

    private static Uri HashgateIn(ClientRun run) => new(HashgateLine().Match(run.Output).Groups[1].Value);

    private static async Task AssertEndedAsync(ClientRun run)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(HashgateIn(run)));
    }

    [GeneratedRegex(@"^   Hashgate +(http://127\.0\.0\.1:[0-9]+/)simple/$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex HashgateLine();

    [GeneratedRegex(@"^   end it    kill ([0-9]+) ([0-9]+);", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex EndingCommand();
}
