using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Reports by anyone, the operator's word on them, and what both do to pages and files.</summary>
public sealed class FlagTests : IAsyncLifetime
{
    private const string Hostile = "\u001b[31mred\r\nX-Evil: 1\u202e<script>alert(1)</script>";

    private readonly ManualTimeProvider _time = new();
    private FakeIndex _index = null!;
    private FakeFile _wheel = null!;
    private FakeFile _other = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _wheel = _index.Add(TestWheel.Build("alpha", "1.0"));
        _other = _index.Add(TestWheel.Build("alpha", "2.0"));
        _hashgate = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Fact]
    public async Task Report_changes_nothing_until_an_operator_confirms_it()
    {
        var id = await ReportAsync(new { project = "alpha", version = "1.0", reason = Hostile });
        await AssertServedAsync(_wheel, HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, (await _hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/confirm", new { reason = "it is bad: " + Hostile })).Status);
        using (var refused = await _hashgate.GetAsync(_wheel.Path))
        {
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.StartsWith("block; rule=flagged", refused.Headers.GetValues("Hashgate-Verdict").Single(), StringComparison.Ordinal);
            Assert.Contains("an operator confirmed it: it is bad", refused.ReasonPhrase, StringComparison.Ordinal);
            Assert.All(refused.ReasonPhrase!, c => Assert.InRange(c, ' ', '~'));
            Assert.False(refused.Headers.Contains("X-Evil"));
        }
        await AssertServedAsync(_wheel, HttpStatusCode.Forbidden);
        await AssertServedAsync(_other, HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, (await _hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/dismiss", new { reason = "a mistake" })).Status);
        await AssertServedAsync(_wheel, HttpStatusCode.OK);

        var events = (await _hashgate.EventsAsync()).Where(e => e.Kind == EventKinds.Flagged).Reverse().ToArray();
        Assert.Equal([null, "operator", "operator"], events.Select(e => e.Actor));
        Assert.Equal(Hostile, events[0].Reason);
        Assert.All(events, e => Assert.Equal(("alpha", "1"), (e.Project?.Value, e.Version)));
    }

    [Fact]
    public async Task Confirmed_file_takes_its_release_until_the_flag_is_removed()
    {
        var id = await ReportAsync(new { project = "alpha", filename = _wheel.Filename, reason = "bad" });
        var second = _index.Add(TestWheel.Build("alpha", "1.0", tags: "py2-none-any"));
        await _hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/confirm", new { });
        _time.Advance(TimeSpan.FromHours(1));
        await AssertServedAsync(_wheel, HttpStatusCode.Forbidden);
        await AssertServedAsync(second, HttpStatusCode.Forbidden);

        Assert.Equal(HttpStatusCode.NoContent, (await _hashgate.CallAsync(HttpMethod.Delete, $"api/v1/flags/{id}")).Status);
        await AssertServedAsync(_wheel, HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, (await _hashgate.CallAsync(HttpMethod.Delete, $"api/v1/flags/{id}")).Status);
        Assert.Single(await _hashgate.EventsAsync(), e => e.Kind == EventKinds.PolicyChanged);
    }

    [Fact]
    public async Task Enough_signed_in_people_hold_it_and_nobody_else_does()
    {
        await using var hashgate = await StartAsync(new()
        {
            ["Policy:Rules:flagged:ReportsToBlock"] = "2",
            ["Admin:Tokens:ann:Value"] = "ann-token-0123456789",
            ["Admin:Tokens:bob:Value"] = "bob-token-0123456789",
        });
        var report = new { project = "alpha", reason = "bad" };
        for (var i = 0; i < 3; i++) await hashgate.CallAsync(HttpMethod.Post, "api/v1/flags", report, "nobody's");
        await hashgate.CallAsync(HttpMethod.Post, "api/v1/flags", report, "ann-token-0123456789");
        await hashgate.CallAsync(HttpMethod.Post, "api/v1/flags", report, "ann-token-0123456789");
        await AssertServedAsync(_wheel, HttpStatusCode.OK, hashgate);

        await hashgate.CallAsync(HttpMethod.Post, "api/v1/flags", report, "bob-token-0123456789");
        await AssertServedAsync(_wheel, HttpStatusCode.Forbidden, hashgate);
        using var held = await hashgate.GetAsync(_wheel.Path);
        Assert.StartsWith("hold; rule=flagged", held.Headers.GetValues("Hashgate-Verdict").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_merges_reports_by_target_and_filters_by_status()
    {
        var id = await ReportAsync(new { project = "Alpha", version = "1.0.0", reason = "first" });
        Assert.Equal(id, await ReportAsync(new { project = "alpha", version = "1.0", reason = Hostile }));
        await ReportAsync(new { project = "alpha", reason = "all of it" });

        Assert.Equal(2, (await ListAsync("?status=open")).Length);
        Assert.Empty(await ListAsync("?status=confirmed"));
        Assert.Empty(await ListAsync("?project=beta"));
        var merged = Assert.Single(await ListAsync("?project=alpha"), f => f.GetProperty("id").GetString() == id);
        Assert.Equal(2, merged.GetProperty("count").GetInt32());
        Assert.Equal(Hostile, Assert.Single(merged.GetProperty("reports").EnumerateArray()).GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await _hashgate.CallAsync(HttpMethod.Get, "api/v1/flags?status=odd")).Status);
    }

    [Theory]
    [InlineData("{\"project\": \"nothing\", \"reason\": \"bad\"}", HttpStatusCode.NotFound)]
    [InlineData("{\"project\": \"alpha\", \"version\": \"9\", \"reason\": \"bad\"}", HttpStatusCode.NotFound)]
    [InlineData("{\"project\": \"alpha\", \"version\": \"<script>\", \"reason\": \"bad\"}", HttpStatusCode.NotFound)]
    [InlineData("{\"project\": \"alpha\", \"filename\": \"../../x\", \"reason\": \"bad\"}", HttpStatusCode.NotFound)]
    [InlineData("{\"project\": \"\\u001b[31m\", \"reason\": \"bad\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"project\": \"alpha\"}", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    public async Task Report_of_what_is_not_there_is_not_taken(string json, HttpStatusCode expected)
    {
        using var answer = await _hashgate.Client.PostAsync("api/v1/flags", new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(expected, answer.StatusCode);
        Assert.Empty(await ListAsync(""));
    }

    [Theory]
    [InlineData(1001, HttpStatusCode.BadRequest)]
    [InlineData(100_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Report_that_is_too_long_is_not_taken(int length, HttpStatusCode expected)
    {
        using var answer = await _hashgate.Client.PostAsJsonAsync("api/v1/flags", new { project = "alpha", reason = new string('x', length) });
        Assert.Equal(expected, answer.StatusCode);
        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task Reports_of_one_address_are_limited_for_an_hour()
    {
        for (var i = 0; i < ReportLimits.PerReporter; i++) await ReportAsync(new { project = "alpha", reason = $"{i}" });
        using var answer = await _hashgate.Client.PostAsJsonAsync("api/v1/flags", new { project = "alpha", reason = "one more" });
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Dismissal_needs_a_reason_and_a_flag()
    {
        var id = await ReportAsync(new { project = "alpha", reason = "bad" });
        Assert.Equal(HttpStatusCode.BadRequest, (await _hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/dismiss", new { })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/confirm", new { reason = new string('x', 1001) })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _hashgate.CallAsync(HttpMethod.Post, "api/v1/flags/nothing/confirm", new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await _hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/confirm", new { }, "wrong")).Status);
        Assert.Single(await ListAsync("?status=open"));
    }

    [Fact]
    public async Task Report_after_a_dismissal_is_kept_and_changes_nothing()
    {
        var id = await ReportAsync(new { project = "alpha", reason = "bad" });
        await _hashgate.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/dismiss", new { reason = "a mistake" });
        await ReportAsync(new { project = "alpha", reason = "still bad" });
        var flag = Assert.Single(await ListAsync("?status=dismissed"));
        Assert.Equal(2, flag.GetProperty("count").GetInt32());
    }

    private Task<RunningHashgate> StartAsync(Dictionary<string, string?>? settings = null) => RunningHashgate.StartAsync(_index, settings, time: _time);

    private async Task<string> ReportAsync(object report)
    {
        using var answer = await _hashgate.Client.PostAsJsonAsync("api/v1/flags", report);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    private async Task<JsonElement[]> ListAsync(string query) =>
        [.. (await _hashgate.CallAsync(HttpMethod.Get, "api/v1/flags" + query)).Body.GetProperty("flags").EnumerateArray()];

    private async Task AssertServedAsync(FakeFile file, HttpStatusCode expected, RunningHashgate? hashgate = null)
    {
        hashgate ??= _hashgate;
        var page = await hashgate.PageAsync("alpha");
        using var head = await hashgate.HeadAsync(file.Path);
        using var get = await hashgate.GetAsync(file.Path);
        Assert.Equal((expected, expected), (head.StatusCode, get.StatusCode));
        foreach (var c in (string[])["\u001b", "\u202e", "<script"]) Assert.DoesNotContain(c, page, StringComparison.Ordinal);
    }
}
