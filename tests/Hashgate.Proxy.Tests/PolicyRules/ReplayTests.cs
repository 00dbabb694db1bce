using System.Net;
using System.Text;
using System.Text.Json;
using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Tests.Advisories;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Downloads that were recorded under an empty policy, and what another would have done to them.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private const string Path = "api/v1/policy/replay";

    private readonly FaultClock _clock = FaultClock.At(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private FakeIndex _index = null!;
    private FakeFile _old = null!;
    private FakeFile _young = null!;
    private FakeFile _other = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _old = _index.Add(TestWheel.Build("alpha", "1.0"));
        _young = _index.Add(TestWheel.Build("alpha", "1.1"));
        _young.UploadTime = new DateTimeOffset(2026, 1, 29, 12, 0, 0, TimeSpan.Zero);
        _other = _index.Project("beta").Add("beta-1.0.tar.gz", "1.0", "a source distribution"u8.ToArray());
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    [Theory]
    [InlineData("{}", "0 of 4 downloads would have been refused")]
    [InlineData("""{"settings": {"Hashgate": {"Policy": {"Rules": {"minimum-age": {"Mode": "enforce"}}}}}}""", "1 of 4 downloads would have been refused: 1 too new; by 1 client", "alpha 1.1 minimum-age uploaded 2026-01-29, less than 3 days ago")]
    [InlineData("""{"settings": {"Hashgate": {"Policy": {"Rules": {"minimum-age": {"Mode": "enforce", "Age": "2.00:00:00"}}}}}}""", "0 of 4 downloads would have been refused")]
    [InlineData("""{"lists": {"blocklist": "alpha<1.1 # mined coins"}}""", "2 of 4 downloads would have been refused: 2 on the blocklist; by 1 client", "alpha 1.0 blocklist mined coins")]
    [InlineData("""{"lists": {"allowlist": "beta\nalpha==1.0"}}""", "1 of 4 downloads would have been refused: 1 not on the allowlist; by 1 client", "alpha 1.1 allowlist version 1.1 is not on the allowlist")]
    [InlineData("""{"settings": {"Hashgate:Policy:Rules:sdist:Refuse": true}}""", "1 of 4 downloads would have been refused: 1 sdist; by 1 client", "beta 1.0 sdist installing a source distribution runs its build; only wheels are allowed")]
    [InlineData(
        """{"lists": {"blocklist": "alpha # mined coins"}, "settings": {"Hashgate:Policy:Rules:minimum-age:Mode": "audit"}}""",
        "3 of 4 downloads would have been refused: 3 on the blocklist; by 1 client", "alpha 1.0 blocklist mined coins", "alpha 1.1 blocklist mined coins")]
    public async Task Policy_refuses_what_it_would_have_refused_then(string request, string summary, params string[] refused)
    {
        await using var hashgate = await StartWithDownloadsAsync();
        var report = await ReplayAsync(hashgate, request);
        Assert.Equal(summary, report.GetProperty("summary").GetString());
        Assert.Equal(refused, Lines(report, "refused"));
        Assert.Equal(0, report.GetProperty("unknown").GetArrayLength());
    }

    [Fact]
    public async Task Line_tells_file_count_clients_and_days()
    {
        await using var hashgate = await StartWithDownloadsAsync();
        var line = (await ReplayAsync(hashgate, """{"lists": {"blocklist": "alpha==1.0"}}""")).GetProperty("refused")[0];
        Assert.Equal(
            (_old.Filename, 2, 1, "127.0.0.1", "2026-01-31", "2026-01-31"),
            (line.GetProperty("filename").GetString(), line.GetProperty("downloads").GetInt32(), line.GetProperty("clients").GetInt32(), line.GetProperty("someClients")[0].GetString(),
            line.GetProperty("firstDay").GetString(), line.GetProperty("lastDay").GetString()));
    }

    [Fact]
    public async Task Audited_rule_is_told_apart_and_waivers_in_force_count()
    {
        await using var hashgate = await StartWithDownloadsAsync();
        const string audited = """{"settings": {"Hashgate:Policy:Rules:minimum-age:Mode": "audit"}}""";
        var report = await ReplayAsync(hashgate, audited);
        Assert.Equal("0 of 4 downloads would have been refused; 1 more if audited rules were enforced: 1 too new", report.GetProperty("summary").GetString());
        Assert.Equal(["alpha 1.1 minimum-age uploaded 2026-01-29, less than 3 days ago"], Lines(report, "audited"));

        var waiver = new Waiver { Id = "w1", Rule = RuleNames.MinimumAge, Project = ProjectName.Parse("alpha"), Reason = "a fix", Actor = "alice", Created = _clock.GetUtcNow(), Expires = _clock.GetUtcNow().AddDays(1) };
        hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = new WaiverSet([waiver]) });
        Assert.Equal("0 of 4 downloads would have been refused", (await ReplayAsync(hashgate, audited)).GetProperty("summary").GetString());
        _clock.Skip(TimeSpan.FromDays(1));
        Assert.Single(Lines(await ReplayAsync(hashgate, audited), "audited"));
    }

    [Fact]
    public async Task Vulnerability_is_refused_from_the_tried_severity_on()
    {
        await using var feed = await FakeFeed.StartAsync();
        feed.Put("PYSEC-2026-1", "alpha", "1.1", _clock.GetUtcNow(), ", \"database_specific\": {\"severity\": \"HIGH\"}");
        await using var hashgate = await StartWithDownloadsAsync(("Advisories:Source", feed.Url.AbsoluteUri));
        await Gets.UntilAsync(() => Task.FromResult(hashgate.Get<PolicyState>().Current.Advisories.IsLoaded));
        Assert.Empty(Lines(await ReplayAsync(hashgate, """{"settings": {"Hashgate:Policy:Rules:vulnerability:BlockAt": "critical"}}"""), "refused"));
        Assert.Equal(
            ["alpha 1.1 vulnerability high: PYSEC-2026-1: about alpha"],
            Lines(await ReplayAsync(hashgate, """{"settings": {"Hashgate:Policy:Rules:vulnerability:BlockAt": "high"}}"""), "refused"));
    }

    [Fact]
    public async Task File_and_project_that_are_known_no_more_are_named()
    {
        await using var hashgate = await StartWithDownloadsAsync();
        var log = hashgate.Get<IDownloadLog>();
        log.Record(new ServedDownload(ProjectName.Parse("alpha"), "9.0", "alpha-9.0-py3-none-any.whl", null, "10.0.0.1", null));
        log.Record(new ServedDownload(ProjectName.Parse("nowhere"), "1.0", "nowhere-1.0-py3-none-any.whl", null, "10.0.0.1", null));
        var requests = _index.Requests.All.Count;
        var report = await ReplayAsync(hashgate, """{"lists": {"blocklist": "nowhere\nalpha==9.0"}}""");
        Assert.Equal("0 of 6 downloads would have been refused; 2 not judged", report.GetProperty("summary").GetString());
        Assert.Equal(["alpha-9.0-py3-none-any.whl", "nowhere-1.0-py3-none-any.whl"], report.GetProperty("unknown").EnumerateArray().Select(u => u.GetProperty("filename").GetString()));
        Assert.Equal(requests, _index.Requests.All.Count);
    }

    [Fact]
    public async Task Replay_changes_nothing()
    {
        await using var hashgate = await StartWithDownloadsAsync();
        var alpha = ProjectName.Parse("alpha");
        var page = await hashgate.PageAsync("alpha");
        var records = await ExportAsync(hashgate);
        var view = hashgate.Get<ProjectPages>().Peek(alpha);
        var inputs = hashgate.Get<PolicyState>().Current;
        var events = (await hashgate.EventsAsync()).Count;
        var requests = _index.Requests.All.Count;

        Assert.NotEmpty(Lines(await ReplayAsync(hashgate, """{"lists": {"allowlist": "gamma", "blocklist": "alpha", "typosquat": "numpy"}, "settings": {"Hashgate:Policy:Rules:minimum-age:Mode": "enforce"}}"""), "refused"));

        Assert.Equal(events, (await hashgate.EventsAsync()).Count);
        Assert.Equal(requests, _index.Requests.All.Count);
        Assert.Same(inputs, hashgate.Get<PolicyState>().Current);
        Assert.Same(view, hashgate.Get<ProjectPages>().Peek(alpha));
        Assert.Equal(records, await ExportAsync(hashgate));
        Assert.Equal(page, await hashgate.PageAsync("alpha"));
        await hashgate.AssertStatusAsync(_old, HttpStatusCode.OK);
        Assert.Null(hashgate.Get<ProjectPages>().Peek(ProjectName.Parse("gamma")));
    }

    [Fact]
    public async Task Page_that_is_on_disk_alone_is_judged_and_stays_there()
    {
        using var directory = new TemporaryDirectory();
        await using (await StartWithDownloadsAsync(directory.Path))
        {
            // Its downloads and pages are kept.
        }
        await _index.DieAsync();
        await using var hashgate = await StartAsync(directory.Path);
        Assert.Equal("1 of 4 downloads would have been refused: 1 too new; by 1 client", (await ReplayAsync(hashgate, """{"settings": {"Hashgate:Policy:Rules:minimum-age:Mode": "enforce"}}""")).GetProperty("summary").GetString());
        Assert.Empty(hashgate.Get<ProjectPages>().Loaded);
    }

    [Theory]
    [InlineData("1d", 0)]
    [InlineData("9d", 0)]
    [InlineData("10d", 4)]
    [InlineData("2026-01-31", 4)]
    [InlineData("2026-02-01", 0)]
    [InlineData("3650d", 4)]
    public async Task Since_names_the_first_day(string since, int downloads)
    {
        await using var hashgate = await StartWithDownloadsAsync();
        Assert.Equal(downloads, (await ReplayAsync(hashgate, $$"""{"since": "{{since}}"}""")).GetProperty("downloads").GetInt32());
    }

    [Theory]
    [InlineData("""{"since": "0d"}""", "since is '0d': it must be a number of days from 1d to 3650d, or a day such as 2026-01-31.")]
    [InlineData("""{"since": "3651d"}""", "since is '3651d': it must be a number of days from 1d to 3650d, or a day such as 2026-01-31.")]
    [InlineData("""{"since": "99999999999d"}""", "since is '99999999999d': it must be a number of days from 1d to 3650d, or a day such as 2026-01-31.")]
    [InlineData("""{"since": "2026-02-11"}""", "since is '2026-02-11': it must be a number of days from 1d to 3650d, or a day such as 2026-01-31.")]
    [InlineData("""{"since": "\u001b[31mred\u202e"}""", "since is '?[31mred?': it must be a number of days from 1d to 3650d, or a day such as 2026-01-31.")]
    [InlineData("""{"settings": {"Hashgate": {"Policy": {"Rules": {"blocklist": {"File": "/etc/passwd"}}}}}}""", "Hashgate:Policy:Rules:blocklist:File can't be sent: the server reads no file for a replay; send the list's text as lists.blocklist, as 'hashgate policy replay' does.")]
    [InlineData("""{"settings": {"Hashgate": {"Admin": {"Token": "x\u001b]0;y"}}, "\u202eb": 1}}""", "Hashgate:Admin:Token can't be tried: a replay changes Hashgate:Policy and Hashgate:Advisories:WhenMissing only; take it out.\n?b can't be tried: a replay changes Hashgate:Policy and Hashgate:Advisories:WhenMissing only; take it out.")]
    [InlineData("""{"settings": [1]}""", null)]
    [InlineData("""{"settings": {"a": 1, "A": 2}}""", null)]
    [InlineData("""{"lists": {"blocklist": "alpha >="}}""", null)]
    [InlineData("""{"lists": {"blocklist": null}}""", "lists.blocklist, line 1, column 1: the list is empty: write a comment if nothing is to be on it.")]
    [InlineData("""{"lists": {"malware": "alpha"}}""", "lists has 'malware': it may have allowlist, blocklist, typosquat.")]
    [InlineData("""{"settings": {"Hashgate:Policy:Rules:minimum-age:Age": "3"}}""", "Hashgate:Policy:Rules:minimum-age:Age is '3': it must be a duration [days.]hours:minutes:seconds from 00:00:00 to 3650.00:00:00.")]
    [InlineData("null", "The request says nothing: send an object, if need be an empty one.")]
    [InlineData("{", null)]
    public async Task Wrong_request_is_told_what_is_wrong(string request, string? detail)
    {
        await using var hashgate = await StartWithDownloadsAsync();
        var (status, problem) = await SendAsync(hashgate, request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        if (detail is not null) Assert.Equal(detail, problem.Detail());
        Assert.DoesNotContain(problem.Detail(), c => c is (< ' ' and not '\n') or > '~');
    }

    [Fact]
    public async Task Hostile_reason_is_short_and_printable()
    {
        await using var hashgate = await StartWithDownloadsAsync();
        var report = await ReplayAsync(hashgate, JsonSerializer.Serialize(new { lists = new { blocklist = $"alpha # \u001b[31m\u202e<b>{new string('x', 100_000)}" } }));
        var reason = report.GetProperty("refused")[0].GetProperty("reason").GetString()!;
        Assert.StartsWith("?[31m?<b>xxx", reason, StringComparison.Ordinal);
        Assert.True(reason.Length <= 200);
    }

    [Fact]
    public async Task List_of_a_rule_that_is_off_here_must_come_along()
    {
        using var directory = new TemporaryDirectory();
        var file = System.IO.Path.Combine(directory.Path, "allow.txt");
        await File.WriteAllTextAsync(file, "alpha");
        await using var hashgate = await StartWithDownloadsAsync(("Policy:Rules:allowlist:File", file), ("Policy:Rules:allowlist:Mode", "off"));
        const string on = "\"settings\": {\"Hashgate:Policy:Rules:allowlist:Mode\": \"enforce\"}";
        Assert.Equal(
            "The rule allowlist is off on the server, which therefore hasn't read its list: name the list's file in the changed settings, or send its text as lists.allowlist.",
            (await SendAsync(hashgate, $"{{{on}}}")).Body.Detail());
        Assert.Equal(["beta 1.0 allowlist the project is not on the allowlist"], Lines(await ReplayAsync(hashgate, $"{{{on}, \"lists\": {{\"allowlist\": \"alpha\"}}}}"), "refused"));
    }

    [Fact]
    public async Task One_replay_runs_at_a_time()
    {
        await using var hashgate = await StartWithDownloadsAsync();
        using (var turn = hashgate.Get<ReplayOperations>().Enter())
        {
            Assert.True(turn.IsAcquired);
            Assert.Equal(HttpStatusCode.TooManyRequests, (await SendAsync(hashgate, "{}")).Status);
        }
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(hashgate, "{}")).Status);
    }

    [Fact]
    public async Task Viewers_may_and_others_may_not()
    {
        await using var hashgate = await StartWithDownloadsAsync(("Admin:Tokens:ann:Value", "viewer-token-0123456789"), ("Admin:Tokens:ann:Role", "view"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(hashgate, "{}", token: null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(hashgate, "{}", "viewer-token-0123456789")).Status);
    }

    [Fact]
    public async Task Request_that_is_too_large_or_no_json_is_refused()
    {
        await using var hashgate = await StartWithDownloadsAsync();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await SendAsync(hashgate, "\"" + new string('x', 16 << 20) + "\"")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(hashgate, "{}", mediaType: "text/plain")).Status);
        Assert.Equal("settings have more than 262144 characters.", (await SendAsync(hashgate, $$$"""{"settings": {"Hashgate:Policy:Contact": "{{{new string('x', 256 << 10)}}}"}}""")).Body.Detail());
    }

    private Task<RunningHashgate> StartWithDownloadsAsync(params (string Key, string? Value)[] more) => StartWithDownloadsAsync(null, more);

    /// <summary>Four downloads ten days ago, with minimum-age off.</summary>
    private async Task<RunningHashgate> StartWithDownloadsAsync(string? directory, params (string Key, string? Value)[] more)
    {
        var hashgate = await StartAsync(directory, more);
        foreach (var file in (FakeFile[])[_old, _old, _young, _other])
        {
            using var answer = await hashgate.GetAsync(file.Path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await answer.Content.ReadAsByteArrayAsync();
        }
        _clock.Skip(TimeSpan.FromDays(10));
        return hashgate;
    }

    private Task<RunningHashgate> StartAsync(string? directory, params (string Key, string? Value)[] more)
    {
        var settings = more.ToDictionary(s => s.Key, s => s.Value);
        settings["Policy:Rules:minimum-age:Mode"] = "off";
        return RunningHashgate.StartAsync(_index, settings, directory, _clock);
    }

    private static async Task<JsonElement> ReplayAsync(RunningHashgate hashgate, string request)
    {
        var (status, body) = await SendAsync(hashgate, request);
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body;
    }

    private static Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(RunningHashgate hashgate, string request) => SendAsync(hashgate, request, hashgate.AdminToken);

    private static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(RunningHashgate hashgate, string request, string? token = null, string mediaType = "application/json")
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(request, Encoding.UTF8, mediaType) };
        if (token is not null) message.Headers.Authorization = new("Bearer", token);
        // The answer comes before the body, so that a refusal of a large one can be read.
        message.Headers.ExpectContinue = true;
        using var answer = await hashgate.Client.SendAsync(message);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private static async Task<string> ExportAsync(RunningHashgate hashgate)
    {
        using var answer = await hashgate.GetAsync("api/v1/trust/");
        return await answer.Content.ReadAsStringAsync();
    }

    private static string[] Lines(JsonElement report, string list) =>
        [.. report.GetProperty(list).EnumerateArray().Select(l => $"{l.GetProperty("project")} {l.GetProperty("version")} {l.GetProperty("rule")} {l.GetProperty("reason")}")];
}
