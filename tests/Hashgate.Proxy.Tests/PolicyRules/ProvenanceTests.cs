using System.Net;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Testing;
using static Hashgate.Proxy.Tests.PolicyRules.ProvenanceRig;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Publishers are learned before a file goes out, and the page says what the file's answer says.</summary>
public sealed class ProvenanceTests : IAsyncLifetime
{
    private ProvenanceRig _rig = null!;

    public async Task InitializeAsync() => _rig = await ProvenanceRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Release_of_the_same_publisher_is_served()
    {
        await using var hashgate = await _rig.RunAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.New));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.Old));
        Assert.Null(await YankAsync(hashgate, _rig.New));
    }

    [Fact]
    public async Task Strangers_release_is_held_and_its_page_says_so_before_the_refusal_leaves()
    {
        _rig.New.Publish("mallory/demo");
        await using var hashgate = await _rig.RunAsync();

        // Asked for first of all: its predecessor is looked at too, or the stranger would be the one to trust.
        using var refused = await hashgate.GetAsync(_rig.New.Path);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.StartsWith("Blocked by Hashgate: provenance: published by GitHub mallory/demo (release.yml), earlier releases by GitHub acme/demo", refused.ReasonPhrase, StringComparison.Ordinal);
        Assert.Equal("hold; rule=provenance; until=2026-03-22T00:00:00Z", refused.Headers.GetValues("Hashgate-Verdict").Single());
        Assert.StartsWith("Blocked by Hashgate: provenance: ", await YankAsync(hashgate, _rig.New), StringComparison.Ordinal);

        using var head = await hashgate.HeadAsync(_rig.New.Path);
        using var metadata = await hashgate.GetAsync(_rig.New.Path + ".metadata");
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (head.StatusCode, metadata.StatusCode));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.Old));
    }

    [Fact]
    public async Task Core_metadata_asked_for_first_is_held_as_well()
    {
        _rig.New.Publish("mallory/demo");
        await using var hashgate = await _rig.RunAsync();
        using var metadata = await hashgate.GetAsync(_rig.New.Path + ".metadata");
        Assert.Equal(HttpStatusCode.Forbidden, metadata.StatusCode);
    }

    [Fact]
    public async Task Lost_provenance_is_seen_on_the_page_itself()
    {
        _rig.New.Provenance = null;
        _rig.Break(_rig.Old);
        await using var hashgate = await _rig.RunAsync();
        Assert.StartsWith("Blocked by Hashgate: provenance: earlier releases tell who published them", await YankAsync(hashgate, _rig.New), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
        Assert.Equal(0, _rig.Index.Requests.Count(_rig.New.ProvenancePath));
    }

    [Fact]
    public async Task Hold_ends_when_the_release_is_too_old_to_be_judged()
    {
        _rig.New.Provenance = null;
        await using var hashgate = await _rig.RunAsync(("Policy:Rules:provenance:IgnoreAfter", "11.00:00:00"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
        _rig.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.New));
        Assert.Null(await YankAsync(hashgate, _rig.New));
    }

    [Fact]
    public async Task Provenance_of_other_bytes_is_blocked()
    {
        _rig.New.Provenance = TestProvenance.Of(TestProvenance.GitHub("acme/demo"), _rig.New.Filename, new string('a', 64));
        await using var hashgate = await _rig.RunAsync();
        using var refused = await hashgate.GetAsync(_rig.New.Path);
        Assert.Equal("block; rule=provenance", refused.Headers.GetValues("Hashgate-Verdict").Single());
        Assert.Contains("its attestation speaks of other bytes", refused.ReasonPhrase, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_with_nothing_behind_it_is_lost_provenance()
    {
        _rig.Index.Faults.Always(_rig.New.ProvenancePath, Fault.Status(404));
        await using var hashgate = await _rig.RunAsync();
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
        Assert.NotNull(await YankAsync(hashgate, _rig.New));

        // It may have come since.
        _rig.Index.Faults.Clear();
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
        _rig.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.New));
    }

    [Fact]
    public async Task Files_without_a_link_and_old_files_are_never_asked_about()
    {
        _rig.New.Provenance = null;
        _rig.Old.UploadTime = _rig.Clock.GetUtcNow().AddDays(-200);
        var other = _rig.Index.Add(TestWheel.Build("plain", "1.0"));
        other.UploadTime = _rig.Clock.GetUtcNow().AddDays(-5);
        await using var hashgate = await _rig.RunAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.Old));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, other));
        foreach (var name in (string[])["demo", "plain"])
        {
            var view = Assert.IsType<PageLookup.Found>(await hashgate.Get<ProjectPages>().GetAsync(ProjectName.Parse(name), default)).View;
            await hashgate.Get<PublisherLearning>().LearnAheadAsync(view, default);
        }
        Assert.Equal(0, _rig.Asked);
    }

    [Fact]
    public async Task Newest_releases_are_learned_before_anybody_asks_for_their_files()
    {
        _rig.New.Publish("mallory/demo");
        await using var hashgate = await _rig.RunAsync();
        await hashgate.PageAsync("demo");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _rig.Index.Requests.WaitForAsync(_rig.New.ProvenancePath, 1, patience.Token);

        var view = Assert.IsType<PageLookup.Found>(await hashgate.Get<ProjectPages>().GetAsync(ProjectName.Parse("demo"), default)).View;
        await hashgate.Get<PublisherLearning>().LearnAheadAsync(view, default);
        Assert.NotNull(await YankAsync(hashgate, _rig.New));
        Assert.Equal(2, _rig.Asked);
    }

    [Fact]
    public async Task Unproven_file_whose_publishers_can_not_be_learned_answers_504_until_they_can()
    {
        _rig.Break(_rig.New);
        await using var hashgate = await _rig.RunAsync();
        using var away = await hashgate.GetAsync(_rig.New.Path);
        Assert.Equal(HttpStatusCode.GatewayTimeout, away.StatusCode);
        Assert.Equal("Hashgate: upstream pypi: who published this file can't be learned now: The answer is 500.", away.ReasonPhrase);
        using var head = await hashgate.HeadAsync(_rig.New.Path);
        Assert.Equal(HttpStatusCode.GatewayTimeout, head.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.Old));

        _rig.Index.Faults.Clear();
        _rig.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.New));
    }

    [Fact]
    public async Task Proven_file_goes_on_while_its_publishers_can_not_be_learned()
    {
        await using (var before = await _rig.RunAsync(("Policy:Rules:provenance:Mode", "off")))
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(before, _rig.Old));
        Assert.Equal(0, _rig.Asked);

        _rig.Break(_rig.Old);
        _rig.Break(_rig.New);
        await using var hashgate = await _rig.RunAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.Old));
        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(hashgate, _rig.New));
    }

    [Fact]
    public async Task What_was_learned_outlives_a_restart()
    {
        _rig.New.Publish("mallory/demo");
        await using (var before = await _rig.RunAsync())
        {
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(before, _rig.New));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(before, _rig.Old));
        }
        _rig.Index.Requests.Clear();
        _rig.Break(_rig.Old);
        _rig.Break(_rig.New);

        await using var hashgate = await _rig.RunAsync();
        Assert.NotNull(await YankAsync(hashgate, _rig.New));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.Old));
        Assert.Equal(0, _rig.Asked);
    }

    [Fact]
    public async Task Requests_that_come_together_share_one_look()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Index.Faults.Always(_rig.New.ProvenancePath, new Fault
        {
            Send = async (context, reply) =>
            {
                asked.TrySetResult();
                await gate.Task;
                await Reply.SendAsync(context, reply);
            },
        });
        await using var hashgate = await _rig.RunAsync();
        var requests = Enumerable.Range(0, 5).Select(_ => StatusAsync(hashgate, _rig.New)).ToArray();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        gate.SetResult();
        Assert.All(await Task.WhenAll(requests), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(1, _rig.Index.Requests.Count(_rig.New.ProvenancePath));
    }

    [Fact]
    public async Task Link_to_a_host_that_is_not_the_upstreams_own_is_not_followed()
    {
        await using var elsewhere = await FakeIndex.StartAsync();
        _rig.New.ProvenanceUrl = elsewhere.BaseUrl + _rig.New.ProvenancePath;
        await using var hashgate = await _rig.RunAsync();
        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(hashgate, _rig.New));
        Assert.Empty(elsewhere.Requests.All);
    }

    [Fact]
    public async Task Waiver_lets_a_held_release_through_and_one_that_can_not_be_looked_at()
    {
        _rig.New.Publish("mallory/demo");
        var third = _rig.Add("3.0", daysAgo: 5).Publish("acme/demo");
        _rig.Break(third);
        await using var hashgate = await _rig.RunAsync();
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
        hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = new WaiverSet([Waiver()]) });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.New));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, third));
    }

    [Fact]
    public async Task Audit_mode_serves_and_records()
    {
        _rig.New.Publish("mallory/demo");
        var third = _rig.Add("3.0", daysAgo: 5).Publish("acme/demo");
        _rig.Break(third);
        await using var hashgate = await _rig.RunAsync(("Policy:Rules:provenance:Mode", "audit"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.New));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, third));
        var warned = Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.Warned);
        Assert.Equal(("provenance", "2.0"), (warned.Rule, warned.Version));
    }

    [Fact]
    public async Task Exempt_project_is_neither_judged_nor_asked_about()
    {
        _rig.New.Publish("mallory/demo");
        await using var hashgate = await _rig.RunAsync(("Policy:Rules:provenance:Exempt:0", "de*"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.New));
        Assert.Equal(0, _rig.Asked);
    }

    [Fact]
    public async Task Broken_route_leaves_pages_and_files_alone()
    {
        for (var i = 0; i < 12; i++) _rig.Break(_rig.Add($"3.{i}", daysAgo: 5).Publish("acme/demo"));
        await using var hashgate = await _rig.RunAsync();
        foreach (var file in _rig.Old.Project.Files.Where(f => f.Version[0] == '3')) Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(hashgate, file));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.Old));
        Assert.All(hashgate.Get<Proxy.Upstreams.UpstreamClient>().Health, h => Assert.False(h.CircuitOpen));
    }

    private static Waiver Waiver() => new()
    {
        Id = "w1",
        Rule = RuleNames.Provenance,
        Project = ProjectName.Parse("demo"),
        Reason = "they moved",
        Actor = "ada",
        Created = DateTimeOffset.UnixEpoch,
    };
}
