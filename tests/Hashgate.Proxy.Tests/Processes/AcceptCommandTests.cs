using System.Globalization;
using System.Net;
using System.Text.Json;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

/// <summary>An upstream that was wrong at first and then put right.</summary>
public sealed class AcceptCommandTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private FakeIndex _index = null!;
    private HashgateProgram _program = null!;
    private HashgateProcess _server = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _program = new HashgateProgram(Path.Combine(_directory.Path, "data")).Over(_index).Set("Upstreams:pypi:RefreshAfter", "00:00:00.001");
        _server = await _program.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _index.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accept_one_file_serves_its_new_bytes_and_keeps_the_old_record(bool serverRuns)
    {
        var (file, wrong) = await AddWrongAsync("alpha");
        PutRight(file);
        Assert.Equal(wrong, (await _server.HashesAsync("alpha"))[file.Filename]);
        await AssertRefusedAsync(file);

        if (!serverRuns) await _server.DisposeAsync();
        var right = file.Hashes["sha256"];
        var accepted = await RunAsync("trust", "accept", "alpha", file.Filename, "--sha256", right, "--reason", "the mirror was broken", "--json");
        Assert.Equal(right, JsonDocument.Parse(accepted).RootElement.GetProperty("records")[0].GetProperty("sha256").GetString());
        if (!serverRuns) _server = await _program.StartAsync();

        Assert.Equal(file.Bytes, await _server.Client.GetByteArrayAsync(file.Path.TrimStart('/')));
        Assert.Equal(right, (await _server.HashesAsync("alpha"))[file.Filename]);
        var history = JsonDocument.Parse(await RunAsync("trust", "show", "alpha", "--json")).RootElement.GetProperty("history").EnumerateArray().Single();
        Assert.Equal(wrong, history.GetProperty("was").GetProperty("sha256").GetString());
        Assert.Equal(("operator", "the mirror was broken"), (history.GetProperty("actor").GetString(), history.GetProperty("reason").GetString()));
        await AssertJournaledAsync(1, "the mirror was broken");
    }

    [Fact]
    public async Task Accept_in_bulk_takes_what_was_only_claimed_and_nothing_else()
    {
        var (early, earlyWrong) = await AddWrongAsync("early");
        var since = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        var claimed = new List<(FakeFile File, string Wrong)>();
        for (var i = 0; i < 3; i++) claimed.Add(await AddWrongAsync($"claimed-{i}"));
        var (proven, provenWrong) = await AddWrongAsync("proven");
        var wrongBytes = await _server.Client.GetByteArrayAsync(proven.Path.TrimStart('/'));
        foreach (var file in (FakeFile[])[early, proven, .. claimed.Select(c => c.File)])
        {
            PutRight(file);
            Assert.NotEqual(file.Hashes["sha256"], (await _server.HashesAsync(file.Project.Name))[file.Filename]);
        }

        string[] bulk = ["trust", "accept", "--upstream", "pypi", "--since", since, "--claimed-only", "--reason", "an hour of a bad mirror"];
        Assert.EndsWith("\n3 files\n", await RunAsync([.. bulk, "--dry-run"]), StringComparison.Ordinal);
        Assert.Equal(claimed[0].Wrong, (await _server.HashesAsync("claimed-0"))[claimed[0].File.Filename]);
        Assert.Equal("0 files\n", await RunAsync("trust", "accept", "--upstream", "other", "--since", since, "--dry-run"));

        var files = JsonDocument.Parse(await RunAsync([.. bulk, "--json"])).RootElement.GetProperty("files").EnumerateArray().ToArray();
        Assert.Equal(3, files.Length);
        Assert.All(files, f => Assert.Equal("accepted", f.GetProperty("outcome").GetString()));
        foreach (var (file, _) in claimed) Assert.Equal(file.Bytes, await _server.Client.GetByteArrayAsync(file.Path.TrimStart('/')));
        Assert.Equal(earlyWrong, (await _server.HashesAsync("early"))[early.Filename]);
        Assert.Equal(provenWrong, (await _server.HashesAsync("proven"))[proven.Filename]);
        Assert.Equal(wrongBytes, await _server.Client.GetByteArrayAsync(proven.Path.TrimStart('/')));
        await AssertJournaledAsync(3, "an hour of a bad mirror");
        Assert.Equal("0 files\n", await RunAsync(bulk));

        // What was proven goes too when it is asked for.
        Assert.EndsWith("\n1 files\n", await RunAsync([.. bulk.Where(a => a != "--claimed-only")]), StringComparison.Ordinal);
        Assert.Equal(proven.Bytes, await _server.Client.GetByteArrayAsync(proven.Path.TrimStart('/')));
    }

    /// <summary>A file that the index has wrong, as Hashgate first sees it.</summary>
    private async Task<(FakeFile File, string Wrong)> AddWrongAsync(string project)
    {
        var file = _index.Add(TestWheel.Build(project, "1.0", text: "wrong"));
        Assert.Equal(file.Hashes["sha256"], (await _server.HashesAsync(project))[file.Filename]);
        return (file, file.Hashes["sha256"]);
    }

    private static void PutRight(FakeFile file)
    {
        file.Bytes = TestWheel.Build(file.Project.Name, file.Version, text: "right and longer").Bytes;
        file.ClaimBytes();
    }

    private async Task AssertRefusedAsync(FakeFile file)
    {
        using var answer = await _server.Client.GetAsync(file.Path.TrimStart('/'));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("block; rule=hash-changed", answer.Headers.GetValues("Hashgate-Verdict").Single().Split("; until")[0]);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var result = await _program.RunAsync(arguments);
        Assert.Equal(("", 0), (result.Errors, result.ExitCode));
        return result.Output;
    }

    private async Task AssertJournaledAsync(int count, string reason)
    {
        var lines = new List<JsonElement>();
        foreach (var segment in Directory.EnumerateFiles(Path.Combine(_program.DataDirectory, "journal")))
        {
            using var shared = new StreamReader(new FileStream(segment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            while (await shared.ReadLineAsync() is { } line) lines.Add(JsonDocument.Parse(line).RootElement);
        }
        var accepted = lines.Where(l => l.ToString().Contains("\"accepted\"", StringComparison.OrdinalIgnoreCase)).ToArray();
        Assert.Equal(count, accepted.Length);
        Assert.All(accepted, line =>
        {
            Assert.Contains("\"operator\"", line.ToString(), StringComparison.Ordinal);
            Assert.Contains(reason, line.ToString(), StringComparison.Ordinal);
        });
    }
}
