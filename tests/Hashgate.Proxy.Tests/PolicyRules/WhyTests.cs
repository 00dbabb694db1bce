using System.Net;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary><c>/why</c> for the person whose install was refused, whatever texts others put there.</summary>
public sealed class WhyTests : IAsyncLifetime
{
    private const string Hostile = "\u001b[31mred\u009b1m\r\nSet-Cookie: evil=1\r\n\r\n\u202e\u2066gnihton\u200b<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;";

    private FakeIndex _index = null!;
    private FakeFile _old = null!;
    private FakeFile _bad = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _old = _index.Add(TestWheel.Build("alpha", "1.0"));
        _bad = _index.Add(TestWheel.Build("alpha", "2.0"));
        _hashgate = await RunningHashgate.StartAsync(_index, new Dictionary<string, string?> { ["Policy:Contact"] = "Ops <ops@example.org>" });
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Fact]
    public async Task Page_tells_what_is_refused_since_when_and_what_to_do()
    {
        await ConfirmAsync("2.0", "mines coins, see MAL-2024-7, GHSA-aaaa-bbbb-cccc.");
        var page = await GetPageAsync("why/alpha/2.0");
        Assert.Contains("1 of the files below is refused", page, StringComparison.Ordinal);
        Assert.Contains("an operator confirmed it: mines coins", page, StringComparison.Ordinal);
        Assert.Contains(", since 20", page, StringComparison.Ordinal);
        Assert.Contains("Use 1.0, the newest version that is allowed", page, StringComparison.Ordinal);
        Assert.Contains("ask Ops &lt;ops@example.org&gt; for a waiver", page, StringComparison.Ordinal);
        Assert.Contains("href=\"https://osv.dev/vulnerability/MAL-2024-7\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"https://osv.dev/vulnerability/GHSA-aaaa-bbbb-cccc\"", page, StringComparison.Ordinal);
        Assert.Contains(_bad.Hashes["sha256"], page, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_tells_the_same()
    {
        await ConfirmAsync("2.0", "mines coins");
        var why = await GetJsonAsync("why/alpha/2.0");
        Assert.Equal(("alpha", "2.0", "1.0", 1), (why.GetProperty("project").GetString(), why.GetProperty("version").GetString(), why.GetProperty("newestAllowed").GetString(), why.GetProperty("refused").GetInt32()));
        var reason = Assert.Single(why.GetProperty("reasons").EnumerateArray());
        Assert.Equal(("flagged", "block", true), (reason.GetProperty("rule").GetString(), reason.GetProperty("verdict").GetString(), reason.GetProperty("canBeWaived").GetBoolean()));
        Assert.NotEqual(JsonValueKind.Null, reason.GetProperty("since").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, why.GetProperty("files")[0].GetProperty("firstSeen").ValueKind);
    }

    [Fact]
    public async Task Waived_finding_is_shown_with_whose_word_and_until_when()
    {
        await ConfirmAsync("2.0", "mines coins");
        var (status, _) = await _hashgate.CallAsync(HttpMethod.Post, "api/v1/waivers", new { project = "alpha", rule = "flagged", reason = "only in a test", expires = "2990-01-31T00:00:00Z" });
        Assert.Equal(HttpStatusCode.Created, status);
        var page = await GetPageAsync("why/alpha/2.0");
        Assert.Contains("Nothing of it is refused now", page, StringComparison.Ordinal);
        Assert.Contains("waived by <bdi>operator</bdi> until 2990-01-31 00:00:00 UTC: <bdi>only in a test</bdi>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audited_finding_is_shown_as_recorded_only()
    {
        await using var audit = await RunningHashgate.StartAsync(_index, new Dictionary<string, string?> { ["Policy:Mode"] = "audit" });
        _index.Project("alpha").Status = "quarantined";
        using var answer = await audit.GetAsync("why/alpha");
        Assert.Contains("<b>upstream-quarantined</b> (block, recorded only)", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_come_with_the_worst_first()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index, services: services =>
        {
            foreach (var (name, verdict) in (ValueTuple<string, Verdict>[])[("warns", Verdict.Warn), ("blocks", Verdict.Block), ("holds", Verdict.Hold)])
                services.AddSingleton<IPolicyRule>(new FixedRule(name, verdict));
        });
        using var answer = await hashgate.GetAsync("why/alpha", "Accept: application/json");
        var why = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["blocks", "holds", "warns"], why.GetProperty("files")[0].GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("rule").GetString()));
        Assert.Equal(["blocks", "holds"], why.GetProperty("reasons").EnumerateArray().Select(f => f.GetProperty("rule").GetString()));
    }

    [Fact]
    public async Task Hostile_texts_reach_no_page_header_phrase_or_address_unescaped()
    {
        var text = Hostile + new string('x', 100_000);
        _index.Project("alpha").Status = "quarantined";
        _index.Project("alpha").StatusReason = text;
        _bad.Yanked = text;
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        await hashgate.CallAsync(HttpMethod.Post, "api/v1/waivers", new { project = "alpha", rule = "upstream-quarantined", versions = "==1.0", reason = Hostile });
        await PostAsync("why/alpha/1.0", Form("reason", Hostile), hashgate: hashgate);
        foreach (var path in (string[])["why/alpha", "why/alpha/1.0", "why/alpha/2.0"])
        {
            foreach (var accept in (string[])["text/html", "application/json"])
            {
                using var answer = await hashgate.GetAsync(path, "Accept: " + accept);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                var body = await answer.Content.ReadAsStringAsync();
                AssertHarmless(body);
                Assert.InRange(body.Length, 1, 40_000);
                Assert.False(answer.Headers.Contains("Set-Cookie"));
            }
        }
        foreach (var file in (FakeFile[])[_old, _bad])
        {
            using var answer = await hashgate.GetAsync(file.Path);
            Assert.All(answer.ReasonPhrase!, c => Assert.InRange(c, ' ', '~'));
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData("why/alpha/%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    [InlineData("why/alpha/%E2%80%AEgnihton")]
    [InlineData("why/alpha/&lt;'onx='")]
    public async Task Hostile_version_in_the_address_is_escaped_or_refused(string path)
    {
        using var answer = await _hashgate.GetAsync(path, "Accept: text/html");
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest);
        var page = await answer.Content.ReadAsStringAsync();
        AssertHarmless(page);
        Assert.DoesNotContain("'onx", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_reports_and_says_thanks_and_the_page_shows_no_word_of_it()
    {
        var (status, page) = await PostAsync("why/alpha/2.0", Form("reason", Hostile, "filename", ""), "Sec-Fetch-Site: same-origin");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Contains("Reported", page, StringComparison.Ordinal);
        AssertHarmless(page);
        AssertHarmless(await GetPageAsync("why/alpha/2.0"));

        var flagged = Assert.Single(await _hashgate.EventsAsync(), e => e.Kind == EventKinds.Flagged);
        Assert.Equal(("alpha", "2", Hostile), (flagged.Project?.Value, flagged.Version, flagged.Reason));
    }

    [Fact]
    public async Task Form_can_name_one_file()
    {
        Assert.Equal(HttpStatusCode.Created, (await PostAsync("why/alpha/2.0", Form("reason", "bad", "filename", _bad.Filename))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("why/alpha/2.0", Form("reason", "bad", "filename", "<script>"))).Status);
        Assert.Equal(_bad.Filename, Assert.Single(await _hashgate.EventsAsync(), e => e.Kind == EventKinds.Flagged).Filename);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site", 403)]
    [InlineData("Sec-Fetch-Site: same-site", 403)]
    [InlineData("Origin: https://evil.example", 403)]
    [InlineData("Origin: null", 403)]
    [InlineData("Sec-Fetch-Site: same-origin", 201)]
    [InlineData("Origin: own", 201)]
    [InlineData(null, 201)]
    public async Task Form_of_another_site_is_not_taken(string? header, int expected)
    {
        header = header?.Replace("own", _hashgate.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        Assert.Equal(expected, (int)(await PostAsync("why/alpha", Form("reason", "bad"), header)).Status);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", 100_000, 413)]
    [InlineData("application/x-www-form-urlencoded", 2_000, 400)]
    [InlineData("text/plain", 10, 415)]
    public async Task Form_that_is_none_or_too_long_is_refused(string type, int length, int expected)
    {
        using var content = new StringContent("reason=" + new string('x', length), System.Text.Encoding.ASCII, type);
        Assert.Equal(expected, (int)(await PostAsync("why/alpha", content)).Status);
        Assert.DoesNotContain(await _hashgate.EventsAsync(), e => e.Kind == EventKinds.Flagged);
    }

    [Theory]
    [InlineData("known as MAL-2024-1: bad", "MAL-2024-1")]
    [InlineData("(CVE-2024-1, PYSEC-2024-2;GHSA-a-b) and MAL-", "CVE-2024-1,PYSEC-2024-2,GHSA-a-b")]
    [InlineData("MAL-../../x MAL-\"onclick=alert(1)", "MAL-../../x")]
    [InlineData("nothing", "")]
    public void Advisories_are_found_in_a_reason(string reason, string expected) => Assert.Equal(expected, string.Join(',', WhyText.Advisories(reason)));

    [Fact]
    public void Advisory_id_with_slashes_becomes_no_path() =>
        Assert.Equal("https://osv.dev/vulnerability/MAL-..%2F..%2Fx", WhyText.AdvisoryUrl("MAL-../../x"));

    private static void AssertHarmless(string body)
    {
        foreach (var bad in (string[])["<script", "<img", "\u001b", "\u009b", "\u202e", "\u2066", "\u200b", "\r\nSet-Cookie", "&#x202E;", "&#x1B;"]) Assert.DoesNotContain(bad, body, StringComparison.OrdinalIgnoreCase);
    }

    private async Task ConfirmAsync(string version, string reason)
    {
        var (status, body) = await _hashgate.CallAsync(HttpMethod.Post, "api/v1/flags", new { project = "alpha", version, reason = "seen it" });
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(HttpStatusCode.OK, (await _hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{body.GetProperty("id").GetString()}/confirm", new { reason })).Status);
    }

    private async Task<string> GetPageAsync(string path)
    {
        using var answer = await _hashgate.GetAsync(path, "Accept: text/html");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<JsonElement> GetJsonAsync(string path)
    {
        using var answer = await _hashgate.GetAsync(path, "Accept: application/json");
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static FormUrlEncodedContent Form(params string[] fields) => new(fields.Chunk(2).Select(f => KeyValuePair.Create(f[0], f[1])));

    private async Task<(HttpStatusCode Status, string Page)> PostAsync(string path, HttpContent content, string? header = null, RunningHashgate? hashgate = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (header is not null) request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        using var answer = await (hashgate ?? _hashgate).Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private sealed class FixedRule(string name, Verdict verdict) : IPolicyRule
    {
        public string Name => name;

        public Finding? Evaluate(ProjectFacts project, FileFacts file) => new(Name, verdict, FindingScope.File, name);
    }
}
