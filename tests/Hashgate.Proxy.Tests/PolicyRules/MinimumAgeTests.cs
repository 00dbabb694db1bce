using System.Net;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>New files are held, on the page as at their address, until they are old enough.</summary>
public sealed class MinimumAgeTests : IAsyncLifetime
{
    private readonly FaultClock _clock = FaultClock.At(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private FakeIndex _index = null!;
    private FakeFile _old = null!;
    private FakeFile _young = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _old = _index.Add(TestWheel.Build("alpha", "1.0"));
        _young = _index.Add(TestWheel.Build("alpha", "1.1"));
        _young.UploadTime = new DateTimeOffset(2026, 1, 29, 12, 0, 0, TimeSpan.Zero);
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    [Fact]
    public async Task New_file_is_held_on_page_and_route_alike_until_its_time_has_come()
    {
        await using var hashgate = await StartAsync();
        Assert.Equal(
            (false, true),
            ((await hashgate.YankAsync(_old)) is not null, (await hashgate.YankAsync(_young)) is not null));
        Assert.Equal(
            "Blocked by Hashgate: minimum-age: uploaded 2026-01-29, less than 3 days ago (held until 2026-02-01 12:00 UTC); see /why/alpha/1.1",
            await hashgate.YankAsync(_young));
        using var refused = await hashgate.GetAsync(_young.Path);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("hold; rule=minimum-age; until=2026-02-01T12:00:00Z", refused.Headers.GetValues("Hashgate-Verdict").Single());
        await hashgate.AssertStatusAsync(_old, HttpStatusCode.OK);
        Assert.Contains(await hashgate.EventsAsync(), e => e.Kind == EventKinds.Held && e.Rule == "minimum-age");

        _clock.Skip(TimeSpan.FromHours(23));
        await hashgate.AssertStatusAsync(_young, HttpStatusCode.Forbidden);
        _clock.Skip(TimeSpan.FromHours(1));
        await hashgate.AssertStatusAsync(_young, HttpStatusCode.OK);
        Assert.Null(await hashgate.YankAsync(_young));
    }

    [Fact]
    public async Task Later_claim_of_an_earlier_upload_does_not_free_the_file()
    {
        await using var hashgate = await StartAsync();
        await hashgate.AssertStatusAsync(_young, HttpStatusCode.Forbidden);
        _young.UploadTime = _clock.GetUtcNow().AddYears(-1);
        await hashgate.Get<Core.Serving.ProjectPages>().RefreshAsync(ProjectName.Parse("alpha"), CancellationToken.None);
        await hashgate.AssertStatusAsync(_young, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Index_without_upload_times_is_held_from_first_sight_on()
    {
        _index.HtmlOnly = true;
        await using var hashgate = await StartAsync();
        await hashgate.AssertStatusAsync(_old, HttpStatusCode.Forbidden);
        _clock.Skip(TimeSpan.FromDays(3));
        await hashgate.AssertStatusAsync(_old, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Mode", "audit")]
    [InlineData("Mode", "off")]
    [InlineData("Age", "2.00:00:00")]
    [InlineData("Exempt:0", "al*")]
    public async Task Setting_lets_the_file_through(string key, string value)
    {
        await using var hashgate = await StartAsync(("Policy:Rules:minimum-age:" + key, value));
        Assert.Null(await hashgate.YankAsync(_young));
        await hashgate.AssertStatusAsync(_young, HttpStatusCode.OK);
        Assert.Equal(value == "audit", (await hashgate.EventsAsync()).Any(e => e is { Kind: EventKinds.Warned, Rule: "minimum-age" }));
    }

    [Fact]
    public async Task First_seen_clock_holds_what_came_after_the_first_snapshot()
    {
        await using var hashgate = await StartAsync(("Policy:Rules:minimum-age:FirstSeenClock", "true"));
        await hashgate.AssertStatusAsync(_old, HttpStatusCode.OK);
        var late = _index.Add(TestWheel.Build("alpha", "2.0"));
        _clock.Skip(TimeSpan.FromHours(1));
        await hashgate.AssertStatusAsync(_old, HttpStatusCode.OK);
        await hashgate.AssertStatusAsync(late, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Waiver_lifts_the_hold()
    {
        await using var hashgate = await StartAsync();
        await hashgate.AssertStatusAsync(_young, HttpStatusCode.Forbidden);
        var waiver = new Waiver { Id = "w1", Rule = RuleNames.MinimumAge, Project = ProjectName.Parse("alpha"), Reason = "a fix", Actor = "alice", Created = _clock.GetUtcNow() };
        hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = new WaiverSet([waiver]) });
        await hashgate.AssertStatusAsync(_young, HttpStatusCode.OK);
        Assert.Null(await hashgate.YankAsync(_young));
    }

    private Task<RunningHashgate> StartAsync(params (string Key, string? Value)[] settings) =>
        RunningHashgate.StartAsync(_index, settings.ToDictionary(s => s.Key, s => s.Value), time: _clock);
}
