using System.Text.Json;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Trust_commands_read_and_move_records_with_and_without_a_server(bool serverRuns)
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        var program = Program("data").Over(index);
        await using var server = await program.StartAsync();
        Assert.Equal(file.Bytes, await server.Client.GetByteArrayAsync(file.Path.TrimStart('/')));
        if (!serverRuns) await StopAsync(server);

        var shown = await RunAsync(program, 0, "trust", "show", "Alpha");
        Assert.Contains(file.Hashes["sha256"], shown, StringComparison.Ordinal);
        Assert.Contains("proven, first seen ", shown, StringComparison.Ordinal);
        var record = JsonDocument.Parse(await RunAsync(program, 0, "trust", "show", "alpha", "--json")).RootElement.GetProperty("records")[0];
        Assert.Equal(file.Filename, record.GetProperty("filename").GetString());
        Assert.Contains("No trust records", await RunAsync(program, 0, "trust", "show", "beta"), StringComparison.Ordinal);

        var exported = await RunAsync(program, 0, "trust", "export");
        Assert.True(JsonElement.DeepEquals(record, JsonDocument.Parse(exported).RootElement), $"{record} is not {exported}");
        Assert.StartsWith("0 missing in the store, 0 missing in the journal, 0 different", await RunAsync(program, 0, "trust", "diff"), StringComparison.Ordinal);
        Assert.Empty(JsonDocument.Parse(await RunAsync(program, 0, "trust", "diff", "--json")).RootElement.GetProperty("different").EnumerateArray());
        Assert.Equal("1 records restored from 1 journals, 0 in conflict\n", await RunAsync(program, 0, "trust", "restore"));
        Assert.Equal(exported, await RunAsync(program, 0, "trust", "export"));
        Assert.Equal("0 added, 1 known already, 0 different and left as they were\n", await RunAsync(program, 0, "trust", "import", Write("same.jsonl", exported)));
        if (serverRuns) Assert.Equal(file.Bytes, await server.Client.GetByteArrayAsync(file.Path.TrimStart('/')));
    }

    [Fact]
    public async Task Import_takes_what_is_new_and_overwrites_nothing()
    {
        var record = """{"project":"alpha","key":"alpha-1.0-py3-none-any.whl","filename":"alpha-1.0-py3-none-any.whl","sha256":"SHA","upstream":"pypi","url":"https://files.example/alpha-1.0-py3-none-any.whl","firstSeen":"2026-01-01T00:00:00+00:00","conflict":false,"sequence":7}""";
        var first = Write("first.jsonl", record.Replace("SHA", new string('a', 64), StringComparison.Ordinal) + "\n");
        var other = Write("other.jsonl", record.Replace("SHA", new string('b', 64), StringComparison.Ordinal) + "\n");
        var program = Program("fresh");
        Assert.Equal("1 added, 0 known already, 0 different and left as they were\n", await RunAsync(program, 0, "trust", "import", first));
        Assert.Equal("0 added, 1 known already, 0 different and left as they were\n", await RunAsync(program, 0, "trust", "import", first));
        Assert.Contains("0 added, 0 known already, 1 different", await RunAsync(program, 1, "trust", "import", other), StringComparison.Ordinal);
        Assert.Contains(new string('a', 64), await RunAsync(program, 0, "trust", "export"), StringComparison.Ordinal);
        Assert.Contains("\"imported\"", await JournalAsync(program), StringComparison.OrdinalIgnoreCase);

        await FailAsync(program, 2, "Line 1", "trust", "import", Write("bad.jsonl", "{}\n"));
        await FailAsync(program, 2, "does not exist", "trust", "import", Path.Combine(_directory.Path, "nowhere.jsonl"));
    }

    [Theory]
    [InlineData]
    [InlineData("serve")]
    [InlineData("health")]
    [InlineData("trust")]
    [InlineData("trust", "show")]
    [InlineData("trust", "accept")]
    [InlineData("trust", "export")]
    [InlineData("trust", "import")]
    [InlineData("trust", "diff")]
    [InlineData("trust", "restore")]
    public async Task Help_is_there_for_each_command(params string[] command)
    {
        var help = await RunAsync(Program("none"), 0, [.. command, "--help"]);
        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        Assert.Contains(string.Join(' ', ["hashgate", .. command]), help, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_directory.Path, "none")));
    }

    [Fact]
    public async Task Version_is_told() => Assert.StartsWith("hashgate ", await RunAsync(Program("none"), 0, "--version"), StringComparison.Ordinal);

    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("'show'", "trust", "show")]
    [InlineData("no valid project name", "trust", "show", "-alpha-")]
    [InlineData("name a project", "trust", "accept")]
    [InlineData("reason is missing", "trust", "accept", "alpha", "alpha-1.0.tar.gz", "--sha256", "ab")]
    [InlineData("sha256 must be", "trust", "accept", "alpha", "alpha-1.0.tar.gz", "--sha256", "ab", "--reason", "why")]
    [InlineData("no trust record", "trust", "accept", "alpha", "alpha-1.0.tar.gz", "--sha256", "0000000000000000000000000000000000000000000000000000000000000000", "--reason", "why")]
    [InlineData("since is missing", "trust", "accept", "--upstream", "pypi", "--reason", "why")]
    [InlineData("--since", "trust", "accept", "--upstream", "pypi", "--since", "yesterday", "--reason", "why")]
    [InlineData("reason is missing", "trust", "accept", "--upstream", "pypi", "--since", "2026-01-31T12:00:00Z")]
    [InlineData("no http or https URL", "health", "--url", "nonsense")]
    public async Task Wrong_use_is_exit_2_and_said_in_a_line(string said, params string[] arguments)
    {
        await using var index = await FakeIndex.StartAsync();
        await FailAsync(Program("wrong").Over(index), 2, said, arguments);
    }

    [Fact]
    public async Task Health_tells_whether_the_server_is_alive()
    {
        var program = Program("healthy");
        await using var server = await program.StartAsync();
        var url = server.Url.AbsoluteUri;
        Assert.Contains("\"alive\"", await RunAsync(program, 0, "health", "--url", url), StringComparison.Ordinal);
        program.Environment["ASPNETCORE_URLS"] = url.TrimEnd('/') + ";http://127.0.0.1:1";
        Assert.Contains("\"alive\"", await RunAsync(program, 0, "health"), StringComparison.Ordinal);
        await StopAsync(server);
        await FailAsync(program, 3, "gives no answer", "health");
    }

    private HashgateProgram Program(string name) => new(Path.Combine(_directory.Path, name));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task StopAsync(HashgateProcess server)
    {
        await server.AskToStopAsync();
        Assert.Equal(0, await server.WaitForExitAsync());
    }

    private static async Task<string> RunAsync(HashgateProgram program, int exitCode, params string[] arguments)
    {
        var result = await program.RunAsync(arguments);
        Assert.Equal(("", exitCode), (result.Errors, result.ExitCode));
        return result.Output;
    }

    private static async Task FailAsync(HashgateProgram program, int exitCode, string said, params string[] arguments)
    {
        var result = await program.RunAsync(arguments);
        Assert.Equal(("", exitCode), (result.Output, result.ExitCode));
        Assert.Contains(result.ErrorLines, line => line.StartsWith("hashgate: ", StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal));
    }

    private static async Task<string> JournalAsync(HashgateProgram program) =>
        string.Concat(await Task.WhenAll(Directory.EnumerateFiles(Path.Combine(program.DataDirectory, "journal")).Select(f => File.ReadAllTextAsync(f))));
}
