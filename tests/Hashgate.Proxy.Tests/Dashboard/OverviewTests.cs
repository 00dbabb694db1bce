using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Dashboard;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>The first page: what needs somebody, and what went on.</summary>
public sealed class OverviewTests : DashboardRig
{
    [Fact]
    public async Task Fresh_installation_says_how_to_point_an_installer_here()
    {
        var page = await Hashgate.OpenAsync("dashboard");
        Assert.Contains($"pip install --index-url {Hashgate.Url}simple/", page.TextOf("#start ~ pre"), StringComparison.Ordinal);
        Assert.Equal("Nothing was blocked or held in the last 24 hours.", page.TextOf("#refused ~ p"));

        await RefuseAsync("alpha");
        Assert.Null((await Hashgate.OpenAsync("dashboard")).QuerySelector("#start"));
    }

    [Fact]
    public async Task Counts_chart_and_names_are_those_of_the_range()
    {
        await RefuseAsync("alpha", count: 5, ago: TimeSpan.FromDays(2));
        await RefuseAsync("alpha", count: 2);
        await RefuseAsync("beta", EventKinds.Held, "minimum-age", "192.0.2.8");

        var day = await Hashgate.OpenAsync("dashboard");
        Assert.Equal(["2", "1", "0", "0"], day.TextsOf(".figures a"));
        Assert.Equal(["malware 2", "minimum-age 1"], day.TextsOf(".legend li"));
        Assert.Equal(24, day.QuerySelectorAll(".step").Length);
        Assert.EndsWith("UTC: 2 malware, 1 minimum-age", day.TextsOf(".step title")[^1], StringComparison.Ordinal);
        Assert.Equal(["alpha", "beta"], day.TextsOf("#projects ~ table tbody th"));

        var week = await Hashgate.OpenAsync("dashboard?range=7d");
        Assert.Equal("7 days", week.TextOf(".ranges [aria-current]"));
        Assert.Equal(["7", "1", "0", "0"], week.TextsOf(".figures a"));
        Assert.Equal(["192.0.2.7", "192.0.2.8"], week.TextsOf("#clients ~ table tbody th"));
        Assert.Equal("dashboard/blocked?client=192.0.2.7&range=7d", week.QuerySelector("#clients ~ table a")!.GetAttribute("href"));
        // The same in words, for who can't see the bars.
        Assert.Equal(["5 0", "2 1"], week.QuerySelectorAll(".chart tbody tr").Select(r => string.Join(' ', r.TextsOf("td"))));
    }

    [Fact]
    public async Task What_needs_somebody_stands_on_top_and_leads_there()
    {
        Assert.Equal("Nothing waits for an operator", (await Hashgate.OpenAsync("dashboard")).TextOf("#attention ~ p"));
        Index.Add(TestWheel.Build("alpha", "1.0"));
        await RecordAsync(new Event { Kind = EventKinds.HashMismatch, When = Time.GetUtcNow(), Project = ProjectName.Parse("alpha"), Rule = "hash-mismatch" });
        Assert.True((int)(await Hashgate.CallAsync(HttpMethod.Post, "api/v1/flags", new { project = "alpha", reason = "steals" })).Status is 201);

        var items = (await Hashgate.OpenAsync("dashboard")).QuerySelectorAll(".attention li").ToArray();
        Assert.Equal(
            [("hash-mismatch", "1 download was not what the index promised in the last 24 hours.", "dashboard/blocked?kind=hash-mismatch&range=24h"),
             ("flagged", "1 reported package waits for an operator's decision.", "dashboard/reports")],
            items.Select(i => (i.TextOf(".mark"), i.TextOf("bdi"), i.QuerySelector("a")!.GetAttribute("href")!)));
    }

    [Fact]
    public async Task Upstream_that_is_away_is_told()
    {
        // By the machine's clock: attempts wait for each other.
        await using var hashgate = await RunningHashgate.StartAsync(Index);
        await Index.DisposeAsync();
        using var page = await hashgate.GetAsync("simple/alpha/");
        var rows = (await hashgate.OpenAsync("dashboard")).QuerySelectorAll("#health").Single().Closest("section")!.TextsOf("tbody tr");
        Assert.Contains(rows, r => r.StartsWith("Upstream pypifailing", StringComparison.Ordinal) || r.StartsWith("Upstream pypiaway", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(1_250_000, "1.3 MB")]
    [InlineData(999_950, "1.0 MB")]
    [InlineData(123_456_789_012, "123 GB")]
    public void Bytes_are_told_in_three_figures_or_so(long bytes, string told) => Assert.Equal(told, Words.Bytes(bytes));

    [Theory]
    [InlineData(0, 0, "–")]
    [InlineData(999_999, 1_000_000, "99.9 %")]
    [InlineData(1, 1, "100.0 %")]
    public void Share_is_never_rounded_up_to_all(long part, long whole, string told) => Assert.Equal(told, Words.Percent(part, whole));

    [Theory]
    [InlineData(5, "just now")]
    [InlineData(40, "40 s ago")]
    [InlineData(3600, "60 min ago")]
    [InlineData(86_400, "24 h ago")]
    [InlineData(-172_800, "in 2 days")]
    public void Time_is_told_by_one_unit(int seconds, string told) => Assert.Equal(told, Words.Ago(Time.GetUtcNow().AddSeconds(-seconds), Time.GetUtcNow()));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 6)]
    [InlineData(9, 10)]
    [InlineData(11, 20)]
    [InlineData(4_100_000, 6_000_000)]
    public void Scale_ends_at_the_next_round_number(long most, long top) =>
        Assert.Equal(top, new BarChart("", [Time.GetUtcNow()], [new BarSeries("", "", [most])], "").Top);
}
