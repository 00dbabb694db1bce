using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.CommandLine;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HashgateProgram _program;

    public CommandLineTests() => _program = new HashgateProgram(Path.Combine(_directory.Path, "data"));

    [Fact]
    public async Task Version_tells_the_version_and_how_packages_were_restored()
    {
        var run = await _program.RunAsync("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^hashgate \d+\.\d+\.\d+ \((genuine|restricted) packages\)\n$", run.Output);
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData("--help", "health")]
    [InlineData("serve --help", "--urls")]
    [InlineData("trust --help", "restore")]
    [InlineData("trust accept --help", "--claimed-only")]
    [InlineData("policy --help", "restore")]
    [InlineData("policy accept --help", "--reason")]
    [InlineData("token --help", "revoke")]
    public async Task Help_is_there_for_each_command(string command, string told)
    {
        var run = await _program.RunAsync(command.Split(' '));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(told, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("trust")]
    [InlineData("trust show")]
    [InlineData("trust import")]
    [InlineData("trust show a b")]
    [InlineData("policy")]
    [InlineData("policy accept")]
    [InlineData("token create")]
    [InlineData("token create ci --days 0")]
    [InlineData("health --url ftp://127.0.0.1/")]
    [InlineData("health --colour red")]
    public async Task Wrong_use_is_exit_code_2(string command)
    {
        var run = await _program.RunAsync(command.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("hashgate: ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_of_no_server_is_exit_code_3()
    {
        // Port 1 is nobody's.
        var run = await _program.RunAsync("health", "--url", "http://127.0.0.1:1");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("gives no answer", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_of_a_running_server_is_exit_code_0()
    {
        await using var hashgate = await RunningHashgate.StartAsync(null);
        var run = await _program.RunAsync("health", "--url", hashgate.Url.AbsoluteUri);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"status\":\"alive\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_list_keeps_nobody_from_the_trust_records_and_stops_a_check_with_its_line()
    {
        var list = Path.Combine(_directory.Path, "allow.txt");
        await File.WriteAllTextAsync(list, "alpha\nbeta[x]\n");
        _program.Set("Policy:Rules:allowlist:File", list);

        var show = await _program.RunAsync("trust", "show", "alpha");
        Assert.Equal((0, ""), (show.ExitCode, show.Errors));
        var check = await _program.RunAsync("check", list);
        Assert.Equal(2, check.ExitCode);
        Assert.Contains("allow.txt: line 2, column 5", check.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trust_command_asks_the_server_that_holds_the_data_directory()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index);
        using var page = await hashgate.Client.GetAsync("simple/alpha/");

        var run = await new HashgateProgram(hashgate.DataDirectory).RunAsync("trust", "show", "Alpha");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(file.Filename, run.Output, StringComparison.Ordinal);
        Assert.Contains("claimed, first seen", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trust_command_opens_the_stores_itself_where_no_server_runs()
    {
        var run = await _program.RunAsync("trust", "show", "alpha");
        Assert.Equal((0, "No trust records of alpha.\n"), (run.ExitCode, run.Output));
        Assert.False(DataDirectory.IsHeld(Path.Combine(_directory.Path, "data")));
    }

    [Fact]
    public async Task Policy_commands_decide_on_a_store_that_was_lost()
    {
        var data = Path.Combine(_directory.Path, "data");
        await using (await RunningHashgate.StartAsync(null, dataDirectory: data)) { }
        foreach (var file in Directory.GetFiles(data, "policy.db*")) File.Delete(file);

        var restored = await _program.RunAsync("policy", "restore");
        Assert.Equal((0, "0 policy documents restored\n"), (restored.ExitCode, restored.Output));
        var accepted = await _program.RunAsync("policy", "accept", "--reason", "once more");
        Assert.Equal(2, accepted.ExitCode);
        Assert.Contains("nothing to accept", accepted.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_are_exit_code_2_with_a_line_for_each()
    {
        var run = await _program.Set("Files:MaxBytes", "none").RunAsync("--Hashgate:Colour=red");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(
            [
                "hashgate: Hashgate:Files:MaxBytes is 'none': it must be a whole number from 1 to 9223372036854775807.",
                "hashgate: Hashgate:Colour is no setting: see docs/configuration.md for those there are.",
            ],
            run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task Named_configuration_that_is_missing_is_exit_code_2()
    {
        _program.Environment["HASHGATE_CONFIG"] = "nowhere.json";
        var run = await _program.RunAsync();
        Assert.Equal((2, "hashgate: HASHGATE_CONFIG names nowhere.json, which does not exist.\n"), (run.ExitCode, run.Errors));
    }

    [Fact]
    public async Task Configuration_that_is_no_json_is_exit_code_2()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.Path, "hashgate.json"), "{ \"Hashgate\": ");
        var run = await _program.RunAsync();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("hashgate.json can't be read", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_source_wins()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.Path, "hashgate.json"), """{ "Hashgate": { "Policy": { "Mode": "in-file" }, "Cache": { "MaxBytes": "in-file" }, "Files": { "MaxBytes": "in-file" } } }""");
        var run = await _program.Set("Cache:MaxBytes", "in-environment").Set("Policy:Mode", "in-environment").RunAsync("--Hashgate:Cache:MaxBytes=in-arguments");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Hashgate:Files:MaxBytes is 'in-file'", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Hashgate:Policy:Mode is 'in-environment'", run.Errors, StringComparison.Ordinal);
        Assert.Contains("Hashgate:Cache:MaxBytes is 'in-arguments'", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_process_on_a_data_directory_is_exit_code_2()
    {
        using var held = DataDirectory.Hold(Path.Combine(_directory.Path, "data"));
        var run = await _program.RunAsync("serve", "--urls", "http://127.0.0.1:0");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("in use by another process", run.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
