using System.Net;
using System.Text.Json;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Checks;

/// <summary>What a check tells is what the file routes would do.</summary>
public sealed class CheckTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private FakeIndex _index = null!;
    private FakeFile _old = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _old = _index.Add(TestWheel.Build("alpha", "1.0"));
        _index.Add(TestWheel.Build("alpha", "2.0"));
        _index.Add(TestWheel.Build("beta", "1.0"));
        await File.WriteAllTextAsync(ListPath, "alpha>=2 # mined coins");
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    private string ListPath => Path.Combine(_directory.Path, "block.txt");

    [Fact]
    public async Task Pinned_version_is_refused_by_its_rule_and_an_open_one_passes_it_over()
    {
        await using var hashgate = await StartAsync();
        var report = await CheckAsync(hashgate, "requirements.txt", "alpha==2.0\nalpha\nalpha>=2\nbeta==1.0 ; python_version > '3'\nnowhere\nbeta==7\ngit+https://example.org/x\n");

        Assert.Equal("2 refused: 2 on the blocklist; 0 warnings; 2 not found; 1 not checked", report.GetProperty("summary").GetString());
        Assert.Equal(["alpha 2.0 blocklist mined coins", "alpha 2.0 blocklist mined coins"], Lines(report, "refused"));
        Assert.Equal(["nowhere there is no such project", "beta no version of it fits ==7"], report.GetProperty("missing").EnumerateArray().Select(l => $"{l.GetProperty("name")} {l.GetProperty("reason")}"));
        Assert.Single(report.GetProperty("notChecked").EnumerateArray());
        var chosen = Assert.Single(report.GetProperty("chosen").EnumerateArray());
        Assert.Equal("1.0", chosen.GetProperty("version").GetString());
        Assert.Equal("2.0", Assert.Single(chosen.GetProperty("skipped").EnumerateArray()).GetProperty("version").GetString());
        Assert.Equal((2, 1), (report.GetProperty("allowed").GetInt32(), report.GetProperty("markers").GetInt32()));
    }

    [Fact]
    public async Task Summary_counts_the_gravest_first_however_many_there_are_of_the_others()
    {
        foreach (var name in (string[])["new-one", "new-two"]) _index.Add(TestWheel.Build(name, "1.0")).UploadTime = DateTimeOffset.UtcNow.AddHours(-1);
        await using var hashgate = await StartAsync(("Policy:Rules:sdist:Refuse", "true"));
        var report = await CheckAsync(hashgate, "requirements.txt", "new-one\nnew-two==1.0\nalpha==2.0\nbeta");
        Assert.Equal("3 refused: 1 on the blocklist, 2 too new; 0 warnings", report.GetProperty("summary").GetString());
        Assert.Equal("1.0", report.GetProperty("refused")[0].GetProperty("version").GetString());
        Assert.NotEqual(JsonValueKind.Null, report.GetProperty("refused")[0].GetProperty("until").ValueKind);
    }

    [Theory]
    [InlineData("requirements.txt", "alpha==2.0\nbeta==1.0")]
    [InlineData("pylock.toml", "lock-version = '1.0'\n[[packages]]\nname = 'alpha'\nversion = '2.0'\n[[packages]]\nname = 'beta'\nversion = '1.0'\n")]
    [InlineData("poetry.lock", "[[package]]\nname = 'alpha'\nversion = '2.0'\n[[package]]\nname = 'beta'\nversion = '1.0'\n")]
    [InlineData("uv.lock", "version = 1\n[[package]]\nname = 'alpha'\nversion = '2.0'\nsource = { registry = 'https://pypi.org/simple' }\n[[package]]\nname = 'beta'\nversion = '1.0'\nsource = { registry = 'https://pypi.org/simple' }\n")]
    public async Task File_of_every_kind_is_checked(string filename, string text)
    {
        await using var hashgate = await StartAsync();
        var report = await CheckAsync(hashgate, filename, text);
        Assert.Equal("1 refused: 1 on the blocklist; 0 warnings", report.GetProperty("summary").GetString());
        Assert.Equal(1, report.GetProperty("allowed").GetInt32());
    }

    [Fact]
    public async Task Hash_that_differs_from_the_record_is_refused_and_the_recorded_one_is_not()
    {
        await using var hashgate = await StartAsync();
        var good = $"[[package]]\nname = \"alpha\"\nversion = \"1.0\"\nfiles = [{{file = \"{_old.Filename}\", hash = \"sha256:{_old.Hashes["sha256"]}\"}}]\n";
        Assert.Equal("0 refused; 0 warnings", (await CheckAsync(hashgate, "poetry.lock", good)).GetProperty("summary").GetString());

        var bad = await CheckAsync(hashgate, "poetry.lock", good.Replace(_old.Hashes["sha256"], new string('0', 64), StringComparison.Ordinal));
        Assert.Equal("1 refused: 1 hash mismatch; 0 warnings", bad.GetProperty("summary").GetString());
        Assert.Equal(_old.Filename, bad.GetProperty("refused")[0].GetProperty("filename").GetString());
        Assert.Equal("1 refused: 1 hash mismatch; 0 warnings", (await CheckAsync(hashgate, "requirements.txt", "alpha==1.0 --hash=sha256:" + new string('0', 64))).GetProperty("summary").GetString());
        Assert.Equal("0 refused; 0 warnings", (await CheckAsync(hashgate, "requirements.txt", $"alpha==1.0 --hash=sha256:{new string('0', 64)} --hash=sha256:{_old.Hashes["sha256"]}")).GetProperty("summary").GetString());
    }

    [Fact]
    public async Task Audited_refusal_and_part_of_a_release_are_warnings()
    {
        _index.Project("alpha").Add("alpha-1.0.tar.gz", "1.0", "sdist"u8.ToArray());
        await using var hashgate = await StartAsync(("Policy:Rules:blocklist:Mode", "audit"), ("Policy:Rules:sdist:Refuse", "true"));
        var report = await CheckAsync(hashgate, "requirements.txt", "alpha==2.0\nalpha==1.0");

        Assert.Equal("0 refused; 2 warnings", report.GetProperty("summary").GetString());
        Assert.Equal(["alpha 2.0 blocklist mined coins", "alpha 1.0 sdist 1 of its 2 files would be refused: installing a source distribution runs its build; only wheels are allowed"], Lines(report, "warnings"));
    }

    [Fact]
    public async Task File_that_is_none_or_too_large_or_comes_too_often_is_refused()
    {
        await using var hashgate = await StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(hashgate, "uv.lock", "x"u8.ToArray()));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(hashgate, "requirements.txt", [0xff]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(hashgate, "requirements.txt", new byte[(4 << 20) + 1]));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++) statuses.Add(await StatusAsync(hashgate, "requirements.txt", "# nothing"u8.ToArray()));
        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Command_tells_the_same_with_and_without_a_server(bool serverRuns)
    {
        var program = new HashgateProgram(Path.Combine(_directory.Path, "data")).Over(_index).Set("Policy:Rules:blocklist:File", ListPath);
        await using var server = serverRuns ? await program.StartAsync() : null;
        var bad = await WriteAsync("bad.txt", "alpha==2.0\nalpha\n");

        var refused = await program.RunAsync("check", bad);
        Assert.Equal(
            (1, "refused  alpha 2.0: blocklist: mined coins\ntakes    alpha 1.0, passing over 2.0 (blocklist)\n1 refused: 1 on the blocklist; 0 warnings\n"),
            (refused.ExitCode, refused.Output));
        var fine = await program.RunAsync("check", await WriteAsync("good.txt", "beta==1.0\n"), "--json");
        Assert.Equal((0, 1), (fine.ExitCode, JsonDocument.Parse(fine.Output).RootElement.GetProperty("allowed").GetInt32()));
        var gone = await program.RunAsync("check", await WriteAsync("gone.txt", "nowhere==1.0\nbeta==1.0\n"));
        Assert.Equal((1, "not found  nowhere: there is no such project\n0 refused; 0 warnings; 1 not found\n"), (gone.ExitCode, gone.Output));
        Assert.Equal(2, (await program.RunAsync("check", Path.Combine(_directory.Path, "nowhere.txt"))).ExitCode);
        Assert.Equal(2, (await program.RunAsync("check", await WriteAsync("uv.lock", "x"))).ExitCode);

        await _index.DieAsync();
        var away = await program.RunAsync("check", await WriteAsync("away.txt", "gamma==1.0\n"));
        Assert.Equal(3, away.ExitCode);
    }

    private Task<RunningHashgate> StartAsync(params (string Key, string? Value)[] more)
    {
        var settings = more.ToDictionary(s => s.Key, s => s.Value);
        settings["Policy:Rules:blocklist:File"] = ListPath;
        return RunningHashgate.StartAsync(_index, settings);
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(_directory.Path, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private static async Task<JsonElement> CheckAsync(RunningHashgate hashgate, string filename, string text)
    {
        using var answer = await hashgate.Client.PostAsync("api/v1/check?filename=" + filename, new StringContent(text));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningHashgate hashgate, string filename, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/check?filename=" + filename) { Content = new ByteArrayContent(body) };
        // The answer comes before the body, so that a refusal of a large one can be read.
        request.Headers.ExpectContinue = true;
        using var answer = await hashgate.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private static string[] Lines(JsonElement report, string list) =>
        [.. report.GetProperty(list).EnumerateArray().Select(l => $"{l.GetProperty("name")} {l.GetProperty("version")} {l.GetProperty("rule")} {l.GetProperty("reason")}")];
}
