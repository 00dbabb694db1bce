using System.Net;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>What an index takes away is held while it is young, and served on from the cache with a warning when it is older.</summary>
public sealed class RemovedUpstreamTests : IAsyncLifetime, IDisposable
{
    private static readonly ProjectName Alpha = ProjectName.Parse("alpha");

    private readonly FaultClock _clock = FaultClock.At(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly TemporaryDirectory _directory = new();
    private FakeIndex _index = null!;
    private FakeFile _old = null!;
    private FakeFile _young = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _old = _index.Add(TestWheel.Build("alpha", "1.0"));
        _young = _index.Add(TestWheel.Build("alpha", "1.1"));
        _young.UploadTime = new DateTimeOffset(2026, 1, 11, 12, 0, 0, TimeSpan.Zero);
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Young_file_that_is_gone_is_held_though_cached_until_it_is_old_or_back()
    {
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        await TakeAwayAsync(_young);
        Assert.Equal(
            "Blocked by Hashgate: removed-upstream: gone from pypi since 2026-01-31, uploaded 2026-01-11 (held until 2026-04-11 12:00 UTC); see /why/alpha/1.1",
            await _hashgate.YankAsync(_young));
        await AssertStatusAsync(_young, HttpStatusCode.Forbidden);
        Assert.Null(await _hashgate.YankAsync(_old));
        Assert.Contains(await _hashgate.EventsAsync(), e => e.Kind == EventKinds.Removed && e.Filename == _young.Filename);

        await GiveBackAsync(_young);
        Assert.Null(await _hashgate.YankAsync(_young));
        await AssertStatusAsync(_young, HttpStatusCode.OK);

        await TakeAwayAsync(_young);
        _clock.Skip(TimeSpan.FromDays(70));
        await AssertStatusAsync(_young, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Older_file_that_is_gone_is_served_on_from_the_cache_with_a_warning()
    {
        await AssertStatusAsync(_old, HttpStatusCode.OK);
        await TakeAwayAsync(_old);
        Assert.Null(await _hashgate.YankAsync(_old));
        Assert.Equal(_old.Bytes, await _hashgate.Client.GetByteArrayAsync(_old.Path[1..]));
        Assert.Contains(await _hashgate.EventsAsync(), e => e is { Kind: EventKinds.Warned, Rule: "removed-upstream" });
        // Its core metadata can't be had any more, so it is not offered.
        using var metadata = await _hashgate.GetAsync(_old.Path + ".metadata");
        Assert.Equal(HttpStatusCode.NotFound, metadata.StatusCode);
    }

    [Fact]
    public async Task Older_file_that_is_gone_and_not_in_the_cache_is_not_found()
    {
        await _hashgate.PageAsync("alpha");
        await TakeAwayAsync(_old);
        using var answer = await _hashgate.GetAsync(_old.Path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(451)]
    public async Task Project_that_is_gone_keeps_its_page_and_is_decided_file_by_file(int status)
    {
        await AssertStatusAsync(_old, HttpStatusCode.OK);
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        _index.Faults.Always("/simple/alpha/", Fault.Status(status));
        await RefreshAsync();
        Assert.Null(await _hashgate.YankAsync(_old));
        Assert.Contains("removed-upstream", await _hashgate.YankAsync(_young), StringComparison.Ordinal);
        await AssertStatusAsync(_old, HttpStatusCode.OK);
        await AssertStatusAsync(_young, HttpStatusCode.Forbidden);
        Assert.Single(await _hashgate.EventsAsync(), e => e.Kind == EventKinds.Removed && e.Count == 2);

        _index.Faults.Clear();
        await RefreshAsync();
        await AssertStatusAsync(_young, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Project_that_is_gone_with_young_files_alone_is_refused_as_a_whole_in_every_form()
    {
        _old.UploadTime = _young.UploadTime;
        await AssertStatusAsync(_old, HttpStatusCode.OK);
        _index.Remove("alpha");
        await RefreshAsync();
        Assert.Null(await _hashgate.YankAsync(_old));
        await AssertStatusAsync(_old, HttpStatusCode.Forbidden);
        foreach (var path in (string[])["pypi/alpha/json", "pypi/alpha/1.0/json"])
        {
            using var json = await _hashgate.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, json.StatusCode);
        }
    }

    [Fact]
    public async Task Project_that_comes_back_heals_within_a_minute()
    {
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        _index.Faults.Always("/simple/alpha/", Fault.Status(404));
        await RefreshAsync();
        await AssertStatusAsync(_young, HttpStatusCode.Forbidden);
        _index.Faults.Clear();
        _clock.Skip(TimeSpan.FromMinutes(2));
        await AssertStatusAsync(_young, HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_gone_stays_so_over_a_restart_and_an_outage()
    {
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        await TakeAwayAsync(_young);
        _index.Faults.Always("/simple/alpha/", Fault.Status(403));
        await RestartAsync();
        await AssertStatusAsync(_young, HttpStatusCode.Forbidden);

        _index.Faults.Clear();
        _index.Faults.Always("/simple/alpha/", Fault.Status(404));
        await RefreshAsync();
        await RestartAsync();
        _index.Faults.Clear();
        _index.Faults.Always("/simple/alpha/", Fault.Status(403));
        await AssertStatusAsync(_young, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Outage_is_no_removal()
    {
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        _index.Faults.Always("/simple/alpha/", Fault.Status(403));
        _clock.Skip(TimeSpan.FromHours(1));
        await RefreshAsync();
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        Assert.DoesNotContain(await _hashgate.EventsAsync(), e => e.Kind == EventKinds.Removed);
    }

    [Fact]
    public async Task Project_never_seen_is_not_found()
    {
        using var page = await _hashgate.GetAsync("simple/beta/");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [Fact]
    public async Task Page_tells_the_versions_of_what_it_lists()
    {
        await _hashgate.PageAsync("alpha");
        await TakeAwayAsync(_young);
        using var page = JsonDocument.Parse(await _hashgate.PageAsync("alpha"));
        Assert.Equal(["1.0", "1.1"], page.RootElement.GetProperty("versions").EnumerateArray().Select(v => v.GetString()));
    }

    [Fact]
    public async Task Quarantined_project_without_files_refuses_those_that_it_listed()
    {
        await AssertStatusAsync(_old, HttpStatusCode.OK);
        lock (_old.Project.Files) _old.Project.Files.Clear();
        _old.Project.Status = "quarantined";
        await RefreshAsync();
        foreach (var file in (FakeFile[])[_old, _young])
        {
            Assert.Null(await _hashgate.YankAsync(file));
            using var refused = await _hashgate.GetAsync(file.Path);
            Assert.Equal("block; rule=upstream-quarantined", refused.Headers.GetValues("Hashgate-Verdict").Single());
        }
    }

    [Theory]
    [InlineData("Mode", "audit")]
    [InlineData("Mode", "off")]
    [InlineData("Age", "10.00:00:00")]
    public async Task Setting_lets_the_file_through(string key, string value)
    {
        await RestartAsync(("Policy:Rules:removed-upstream:" + key, value));
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        await TakeAwayAsync(_young);
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        Assert.Equal(value != "off", (await _hashgate.EventsAsync()).Any(e => e is { Kind: EventKinds.Warned, Rule: "removed-upstream" }));
    }

    [Fact]
    public async Task Waiver_lifts_the_hold()
    {
        await AssertStatusAsync(_young, HttpStatusCode.OK);
        await TakeAwayAsync(_young);
        var waiver = new Waiver { Id = "w1", Rule = RuleNames.RemovedUpstream, Project = Alpha, Reason = "the author told why", Actor = "alice", Created = _clock.GetUtcNow() };
        _hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = new WaiverSet([waiver]) });
        await AssertStatusAsync(_young, HttpStatusCode.OK);
    }

    private async Task TakeAwayAsync(FakeFile file)
    {
        lock (file.Project.Files) file.Project.Files.Remove(file);
        await RefreshAsync();
    }

    private async Task GiveBackAsync(FakeFile file)
    {
        lock (file.Project.Files) file.Project.Files.Add(file);
        await RefreshAsync();
    }

    private async Task RefreshAsync() => await _hashgate.Get<ProjectPages>().RefreshAsync(Alpha, CancellationToken.None);

    private async Task StartAsync(params (string Key, string? Value)[] settings) =>
        _hashgate = await RunningHashgate.StartAsync(_index, settings.ToDictionary(s => s.Key, s => s.Value), _directory.Path, _clock);

    private async Task RestartAsync(params (string Key, string? Value)[] settings)
    {
        await _hashgate.DisposeAsync();
        await StartAsync(settings);
    }

    private async Task AssertStatusAsync(FakeFile file, HttpStatusCode status)
    {
        await _hashgate.PageAsync(file.Project.Name);
        await _hashgate.AssertStatusAsync(file, status);
    }
}
