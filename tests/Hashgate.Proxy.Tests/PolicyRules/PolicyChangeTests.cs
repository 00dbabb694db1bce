using System.Net;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>A change of policy reaches pages and files at once, and what it doesn't touch stays as it was.</summary>
public sealed class PolicyChangeTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private FakeFile _file = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _file = _index.Add(TestWheel.Build("alpha", "1.0"));
        _index.Add(TestWheel.Build("beta", "1.0"));
        _index.Project("alpha").Status = "quarantined";
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    [Fact]
    public async Task Waiver_is_in_force_on_page_and_file_until_it_is_taken_back()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        await AssertStatusAsync(hashgate, HttpStatusCode.Forbidden);
        var policy = hashgate.Get<PolicyState>();

        policy.Change(inputs => inputs with { Waivers = new WaiverSet([Waiver()]) });
        await AssertStatusAsync(hashgate, HttpStatusCode.OK);
        var warned = Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.Warned);
        Assert.Equal(("upstream-quarantined", _file.Filename, "1.0"), (warned.Rule, warned.Filename, warned.Version));
        Assert.EndsWith("(waived by alice: known to be good)", warned.Reason, StringComparison.Ordinal);

        policy.Change(inputs => inputs with { Waivers = WaiverSet.None });
        await AssertStatusAsync(hashgate, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Page_that_a_change_does_not_touch_stays_a_304()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        using var before = await hashgate.GetAsync("simple/beta/", "Accept: " + Gets.Json);
        hashgate.Get<PolicyState>().Change(inputs => inputs with { Waivers = new WaiverSet([Waiver()]) });

        using var after = await hashgate.GetAsync("simple/beta/", "Accept: " + Gets.Json, $"If-None-Match: {before.Headers.ETag}");
        Assert.Equal(HttpStatusCode.NotModified, after.StatusCode);
    }

    [Fact]
    public async Task Rule_in_audit_mode_serves_and_records_what_it_would_have_refused()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index, new Dictionary<string, string?> { ["Policy:Rules:upstream-quarantined:Mode"] = "audit" });
        await AssertStatusAsync(hashgate, HttpStatusCode.OK);
        var warned = Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.Warned);
        Assert.EndsWith("(audit only: would have been refused)", warned.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_that_is_off_says_nothing()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index, new Dictionary<string, string?> { ["Policy:Rules:upstream-quarantined:Mode"] = "off" });
        await AssertStatusAsync(hashgate, HttpStatusCode.OK);
        Assert.DoesNotContain(await hashgate.EventsAsync(), e => e.Kind == EventKinds.Warned);
    }

    private async Task AssertStatusAsync(RunningHashgate hashgate, HttpStatusCode status)
    {
        await hashgate.PageAsync("alpha");
        await hashgate.AssertStatusAsync(_file, status);
    }

    private static Waiver Waiver() => new()
    {
        Id = "w1",
        Rule = RuleNames.UpstreamQuarantined,
        Project = ProjectName.Parse("alpha"),
        Reason = "known to be good",
        Actor = "alice",
        Created = DateTimeOffset.UnixEpoch,
    };
}
