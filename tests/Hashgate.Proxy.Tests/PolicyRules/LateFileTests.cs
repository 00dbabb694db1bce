using System.Net;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>A new file on an old release is held, and the release's older files are not.</summary>
public sealed class LateFileTests : IAsyncLifetime
{
    private readonly FaultClock _clock = FaultClock.At(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private FakeIndex _index = null!;
    private FakeFile _sdist = null!;
    private FakeFile _wheel = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _sdist = _index.Add(TestWheel.Sdist("alpha", "1.0"));
        _wheel = _index.Add(TestWheel.Build("alpha", "1.0"));
        _wheel.UploadTime = new DateTimeOffset(2026, 1, 20, 0, 0, 0, TimeSpan.Zero);
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    [Fact]
    public async Task Late_file_is_held_on_page_and_route_alike_until_it_is_old()
    {
        await using var hashgate = await StartAsync();
        Assert.Null(await hashgate.YankAsync(_sdist));
        Assert.Equal(
            "Blocked by Hashgate: late-file: added 2026-01-20 to a release of 2024-01-01 (held until 2026-04-20 00:00 UTC); see /why/alpha/1.0",
            await hashgate.YankAsync(_wheel));
        await hashgate.AssertStatusAsync(_sdist, HttpStatusCode.OK);
        await hashgate.AssertStatusAsync(_wheel, HttpStatusCode.Forbidden);

        _clock.Skip(TimeSpan.FromDays(79));
        await hashgate.AssertStatusAsync(_wheel, HttpStatusCode.OK);
        Assert.Null(await hashgate.YankAsync(_wheel));
    }

    [Fact]
    public async Task Wheel_added_long_ago_is_served()
    {
        _wheel.UploadTime = new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
        await using var hashgate = await StartAsync();
        await hashgate.AssertStatusAsync(_wheel, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Mode", "audit")]
    [InlineData("Mode", "off")]
    [InlineData("After", "800.00:00:00")]
    [InlineData("HoldFor", "1.00:00:00")]
    [InlineData("Exempt:0", "alpha")]
    public async Task Setting_lets_the_file_through(string key, string value)
    {
        await using var hashgate = await StartAsync(("Policy:Rules:late-file:" + key, value));
        await hashgate.AssertStatusAsync(_wheel, HttpStatusCode.OK);
        Assert.Equal(value == "audit", (await hashgate.EventsAsync()).Any(e => e is { Kind: EventKinds.Warned, Rule: "late-file" }));
    }

    [Fact]
    public async Task Waiver_of_its_hash_lifts_the_hold()
    {
        await using var hashgate = await StartAsync();
        await hashgate.AssertStatusAsync(_wheel, HttpStatusCode.Forbidden);
        var waiver = new Waiver
        {
            Id = "w1",
            Rule = RuleNames.LateFile,
            Project = ProjectName.Parse("alpha"),
            Sha256 = Sha256Digest.Of(_wheel.Bytes),
            Reason = "announced",
            Actor = "alice",
            Created = _clock.GetUtcNow(),
        };
        hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = new WaiverSet([waiver]) });
        await hashgate.AssertStatusAsync(_wheel, HttpStatusCode.OK);
    }

    [Fact]
    public async Task File_that_appears_after_the_first_snapshot_is_late_by_what_is_on_record()
    {
        _wheel.UploadTime = new DateTimeOffset(2024, 1, 2, 0, 0, 0, TimeSpan.Zero);
        await using var hashgate = await StartAsync();
        await hashgate.AssertStatusAsync(_wheel, HttpStatusCode.OK);
        var late = _index.Add(TestWheel.Build("alpha", "1.0", tags: "py2-none-any"));
        late.UploadTime = _clock.GetUtcNow();
        await hashgate.Get<ProjectPages>().RefreshAsync(ProjectName.Parse("alpha"), CancellationToken.None);
        _clock.Skip(TimeSpan.FromDays(4));
        Assert.Contains("late-file", await hashgate.YankAsync(late), StringComparison.Ordinal);
        await hashgate.AssertStatusAsync(late, HttpStatusCode.Forbidden);
        await hashgate.AssertStatusAsync(_wheel, HttpStatusCode.OK);
    }

    private Task<RunningHashgate> StartAsync(params (string Key, string? Value)[] settings) =>
        RunningHashgate.StartAsync(_index, settings.ToDictionary(s => s.Key, s => s.Value), time: _clock);
}
