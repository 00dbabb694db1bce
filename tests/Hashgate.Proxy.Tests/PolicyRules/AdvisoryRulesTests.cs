using System.Net;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.Advisories;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Advisories against the whole program: page and file agree, and a change of the feed reaches both.</summary>
public sealed class AdvisoryRulesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new(Start);
    private FakeIndex _index = null!;
    private FakeFeed _feed = null!;
    private FakeFile _good = null!;
    private FakeFile _bad = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _good = _index.Add(TestWheel.Build("alpha", "1.0"));
        _bad = _index.Add(TestWheel.Build("alpha", "1.1"));
        _feed = await FakeFeed.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _feed.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Fact]
    public async Task Malware_is_refused_on_page_and_file_until_it_is_withdrawn()
    {
        _feed.Put("MAL-2026-1", "alpha", "1.1", Start.AddDays(-1));
        await using var hashgate = await StartAsync();
        await WaitForStatusAsync(hashgate, _bad, HttpStatusCode.Forbidden);
        using (var refused = await hashgate.GetAsync(_bad.Path))
        {
            Assert.StartsWith("Blocked by Hashgate: malware: MAL-2026-1: about alpha; see ", refused.ReasonPhrase, StringComparison.Ordinal);
            Assert.Equal("block; rule=malware", refused.Headers.GetValues("Hashgate-Verdict").Single());
        }
        Assert.Contains("Blocked by Hashgate: malware: MAL-2026-1", await hashgate.PageAsync("alpha"), StringComparison.Ordinal);
        await AssertStatusAsync(hashgate, _good, HttpStatusCode.OK);
        Assert.Contains(await hashgate.EventsAsync(), e => e.Kind == EventKinds.AdvisoriesLoaded);

        _feed.Put("MAL-2026-1", "alpha", "1.1", Start.AddMinutes(1), ", \"withdrawn\": \"2026-03-01T12:01:00Z\"");
        await WaitForStatusAsync(hashgate, _bad, HttpStatusCode.OK);
        Assert.DoesNotContain("Blocked", await hashgate.PageAsync("alpha"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_links_every_advisory_on_the_version_however_many_there_are()
    {
        for (var i = 0; i < 9; i++) _feed.Put($"PYSEC-2026-{i}", "alpha", "1.1", Start.AddDays(-1), ", \"database_specific\": {\"severity\": \"HIGH\"}");
        _feed.Put("MAL-2026-1", "alpha", "1.1", Start.AddDays(-1));
        _feed.Put("PYSEC-2026-77", "alpha", "1.0", Start.AddDays(-1));
        await using var hashgate = await StartAsync();
        await WaitForStatusAsync(hashgate, _bad, HttpStatusCode.Forbidden);
        var page = await hashgate.Client.GetStringAsync("why/alpha/1.1");
        for (var i = 0; i < 9; i++) Assert.Contains($"<a href=\"https://osv.dev/vulnerability/PYSEC-2026-{i}\" rel=\"noreferrer\">PYSEC-2026-{i}</a> (high): <bdi>about alpha</bdi>", page, StringComparison.Ordinal);
        Assert.Contains(">MAL-2026-1</a> (malware)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("PYSEC-2026-77", page, StringComparison.Ordinal);
    }

    /// <summary>Published right after the source was asked, the worst case: the clock then moves by the interval, once, and not at all until page and file are right.</summary>
    [Fact]
    public async Task What_the_feed_publishes_is_in_force_when_it_was_asked_once_more()
    {
        var interval = TimeSpan.FromMinutes(5);
        _feed.Put("MAL-2025-1", "other", "1.0", Start.AddDays(-1));
        await using var hashgate = await StartAsync();
        await Gets.UntilAsync(() => Task.FromResult(_time.IsAwaited(Start + interval)));
        Assert.Null(await hashgate.YankAsync(_bad));
        await hashgate.AssertStatusAsync(_bad, HttpStatusCode.OK);

        _feed.Put("MAL-2026-1", "alpha", "1.1", Start.AddSeconds(1));
        _time.Advance(interval);
        await Gets.UntilAsync(async () => (await hashgate.YankAsync(_bad))?.StartsWith("Blocked by Hashgate: malware: MAL-2026-1", StringComparison.Ordinal) == true);
        await hashgate.AssertStatusAsync(_bad, HttpStatusCode.Forbidden);
        await hashgate.AssertStatusAsync(_good, HttpStatusCode.OK);

        await Gets.UntilAsync(() => Task.FromResult(_time.IsAwaited(Start + (2 * interval))));
        _feed.Put("MAL-2026-1", "alpha", "1.1", Start + interval + TimeSpan.FromSeconds(1), ", \"withdrawn\": \"2026-03-01T12:05:01Z\"");
        _time.Advance(interval);
        await Gets.UntilAsync(async () => await hashgate.YankAsync(_bad) is null);
        await hashgate.AssertStatusAsync(_bad, HttpStatusCode.OK);
        Assert.Equal(Start + (2 * interval), _time.GetUtcNow());
    }

    [Theory]
    [InlineData("none", HttpStatusCode.OK)]
    [InlineData("critical", HttpStatusCode.OK)]
    [InlineData("high", HttpStatusCode.Forbidden)]
    public async Task Vulnerability_is_refused_from_the_configured_severity_on(string blockAt, HttpStatusCode status)
    {
        _feed.Put("PYSEC-2026-1", "alpha", "1.1", Start.AddDays(-1), ", \"database_specific\": {\"severity\": \"HIGH\"}");
        await using var hashgate = await StartAsync(("Policy:Rules:vulnerability:BlockAt", blockAt));
        await WaitUntilAsync(hashgate, async () => (await hashgate.EventsAsync()).Any(e => e.Kind == EventKinds.AdvisoriesLoaded));
        await AssertStatusAsync(hashgate, _bad, status);
        await AssertStatusAsync(hashgate, _good, HttpStatusCode.OK);
        Assert.Equal(status != HttpStatusCode.OK, (await hashgate.PageAsync("alpha")).Contains("Blocked by Hashgate: vulnerability: high: PYSEC-2026-1", StringComparison.Ordinal));
        Assert.Contains(await hashgate.EventsAsync(), e => e.Rule == "vulnerability" && e.Kind == (status == HttpStatusCode.OK ? EventKinds.Warned : EventKinds.Blocked));
    }

    [Fact]
    public async Task Malware_in_audit_mode_is_served_with_a_warning()
    {
        _feed.Put("MAL-2026-1", "alpha", "1.1", Start.AddDays(-1));
        await using var hashgate = await StartAsync(("Policy:Rules:malware:Mode", "audit"));
        await WaitUntilAsync(hashgate, async () => (await hashgate.EventsAsync()).Any(e => e.Kind == EventKinds.AdvisoriesLoaded));
        await AssertStatusAsync(hashgate, _bad, HttpStatusCode.OK);
        Assert.Contains(await hashgate.EventsAsync(), e => e.Kind == EventKinds.Warned && e.Rule == "malware");
    }

    [Fact]
    public async Task Missing_feed_holds_everything_where_it_is_told_to()
    {
        _feed.IsDown = true;
        await using var hashgate = await StartAsync(("Advisories:WhenMissing", "hold"));
        await AssertStatusAsync(hashgate, _good, HttpStatusCode.Forbidden);
        using var held = await hashgate.GetAsync(_good.Path);
        Assert.StartsWith("hold; rule=malware", held.Headers.GetValues("Hashgate-Verdict").Single(), StringComparison.Ordinal);
        Assert.Contains("every file is held", await hashgate.Client.GetStringAsync("readyz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kept_feed_is_in_force_with_the_first_request_of_the_next_start()
    {
        _feed.Put("MAL-2026-1", "alpha", "1.1", Start.AddDays(-1));
        using var data = new TemporaryDirectory();
        await using (var first = await StartAsync(data.Path)) await WaitForStatusAsync(first, _bad, HttpStatusCode.Forbidden);
        _feed.IsDown = true;
        await using var next = await StartAsync(data.Path);
        await AssertStatusAsync(next, _bad, HttpStatusCode.Forbidden);
    }

    private Task<RunningHashgate> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    private Task<RunningHashgate> StartAsync(string? data, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Advisories:Source"] = _feed.Url.AbsoluteUri };
        foreach (var (key, value) in settings) all[key] = value;
        return RunningHashgate.StartAsync(_index, all, data, _time);
    }

    private static async Task AssertStatusAsync(RunningHashgate hashgate, FakeFile file, HttpStatusCode status)
    {
        await hashgate.PageAsync("alpha");
        await hashgate.AssertStatusAsync(file, status);
    }

    private Task WaitForStatusAsync(RunningHashgate hashgate, FakeFile file, HttpStatusCode status) => WaitUntilAsync(hashgate, async () =>
    {
        await hashgate.PageAsync("alpha");
        using var head = await hashgate.HeadAsync(file.Path);
        return head.StatusCode == status;
    });

    /// <summary>Lets the feed be asked again and again until it shows.</summary>
    private async Task WaitUntilAsync(RunningHashgate hashgate, Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            Assert.False(patience.IsCancellationRequested, await hashgate.Client.GetStringAsync("readyz"));
            await Task.Delay(20);
            _time.Advance(TimeSpan.FromMinutes(5));
        }
    }
}
