using System.Reflection;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Hashgate.Proxy.Tests.Telemetry;

public sealed class RequestCountersTests
{
    [Theory]
    [InlineData("/simple/", "List")]
    [InlineData("/simple/demo/", "Page")]
    [InlineData("/packages/aa/demo-1.0.tar.gz", "File")]
    [InlineData("/files/acme/demo-1.0.whl.metadata", "Metadata")]
    [InlineData("/pypi/demo/json", "Json")]
    [InlineData("/integrity/demo/1.0/demo-1.0.tar.gz/provenance", "Provenance")]
    [InlineData("/why/demo", "Why")]
    [InlineData("/api/v1/events", "Api")]
    [InlineData("/dashboard", "Dashboard")]
    [InlineData("/dashboard/blocked", "Dashboard")]
    [InlineData("/dashboards", "Other")]
    [InlineData("/readyz", "Health")]
    [InlineData("/metrics", "Metrics")]
    [InlineData("/", "Other")]
    [InlineData("", "Other")]
    public void Path_belongs_to_a_route(string path, string route) => Assert.Equal(route, RoutePaths.Of(path).ToString());

    [Fact]
    public void Status_that_is_not_told_apart_counts_as_other()
    {
        var counters = new RequestCounters();
        foreach (var status in (int[])[200, 418, 504, 999]) counters.Answered(Route.Page, status, CacheOutcome.None);
        Assert.Equal([(0, 2), (200, 1), (504, 1)], counters.Answers.Select(a => (a.Status, (int)a.Count)));
    }

    [Fact]
    public void Request_that_was_cut_short_counts_by_its_path_and_as_499()
    {
        var counters = new RequestCounters();
        var context = new DefaultHttpContext();
        context.Request.Path = "/packages/demo-1.0.tar.gz";
        counters.Count(context, isCut: true);
        AnswerNote.OfFile(isMetadata: false, hit: true).Put(context);
        counters.Count(context, isCut: false);
        Assert.Equal(
            [(Route.File, 200, CacheOutcome.Hit, 1L), (Route.File, 499, CacheOutcome.None, 1L)], counters.Answers);
    }

    [Fact]
    public void Every_rule_has_a_place()
    {
        var names = typeof(RuleNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);
        Assert.Equal(names.Order(), RuleNames.All.Order());
    }

    [Fact]
    public void Rule_that_is_none_of_ours_counts_as_other()
    {
        var counters = new RefusalCounters();
        counters.Refused(new Finding("unheard-of", Verdict.Block, FindingScope.File, "why"));
        counters.Refused(new Finding(RuleNames.MinimumAge, Verdict.Hold, FindingScope.File, "young"));
        Assert.Equal([(RuleNames.MinimumAge, 0, 1), ("other", 1, 0)], counters.ByRule.Where(r => r.Blocked + r.Held > 0).Select(r => (r.Rule, (int)r.Blocked, (int)r.Held)));
    }
}
