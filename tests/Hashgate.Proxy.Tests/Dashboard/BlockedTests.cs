using System.Net;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.FilesServed;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>The page of blocked downloads: what it shows of what is on record, and the rows that come later.</summary>
public sealed class BlockedTests : DashboardRig
{
    private const string Project = "table.events tbody td.what a";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await RefuseAsync("alpha", ago: TimeSpan.FromHours(2));
        await RefuseAsync("beta", EventKinds.Held, "minimum-age", "192.0.2.8", "uploaded today", "pip/26.2 {\"ci\":true}", count: 3);
        await RefuseAsync("gamma", EventKinds.Warned, "vulnerability");
        await RecordAsync(new Event { Kind = EventKinds.Waived, When = Time.GetUtcNow(), Rule = "malware", Actor = "ada", Reason = "looked at it" });
    }

    [Theory]
    [InlineData("", "gamma 1.0", "beta 1.0", "alpha 1.0")]
    [InlineData("?kind=held", "beta 1.0")]
    [InlineData("?kind=warned&kind=held", "gamma 1.0", "beta 1.0", "alpha 1.0")]
    [InlineData("?kind=acts", "The whole story")]
    [InlineData("?kind=all&rule=malware", "The whole story", "alpha 1.0")]
    [InlineData("?rule=malware", "alpha 1.0")]
    [InlineData("?project=Alpha", "alpha 1.0")]
    [InlineData("?client=192.0.2.8", "beta 1.0")]
    [InlineData("?q=UPLOADED", "beta 1.0")]
    [InlineData("?range=1h", "gamma 1.0", "beta 1.0")]
    [InlineData("?range=24h&rule=malware", "alpha 1.0")]
    [InlineData("?range=1h&rule=malware")]
    [InlineData("?kind=nonsense&range=nonsense&rule=&project=&client=&q=&since=&until=", "gamma 1.0", "beta 1.0", "alpha 1.0")]
    public async Task Filters_show_what_they_say_the_newest_first(string query, params string[] shown) =>
        Assert.Equal(shown, (await Hashgate.OpenAsync("dashboard/blocked" + query)).TextsOf(Project));

    [Fact]
    public async Task Times_that_are_typed_go_before_the_range()
    {
        var middle = Time.GetUtcNow().AddHours(-1).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(["alpha 1.0"], (await Hashgate.OpenAsync("dashboard/blocked?until=" + Uri.EscapeDataString(middle))).TextsOf(Project));
        Assert.Equal(["gamma 1.0", "beta 1.0"], (await Hashgate.OpenAsync("dashboard/blocked?range=30d&since=" + Uri.EscapeDataString(middle))).TextsOf(Project));
    }

    [Theory]
    [InlineData("project=no%20name!", "project's name")]
    [InlineData("since=yesterday", "Times are such as")]
    [InlineData("cursor=nonsense", "begin with the newest")]
    public async Task Filter_that_is_wrong_says_what_it_should_be(string query, string said)
    {
        using var answer = await Hashgate.GetAsync("dashboard/blocked?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await DashboardCalls.ReadAsync(answer);
        Assert.Contains(said, page.TextOf("[role=alert]"), StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("[data-live]"));
    }

    [Fact]
    public async Task Row_tells_verdict_rule_reason_client_and_tool_in_words()
    {
        var row = (await Hashgate.OpenAsync("dashboard/blocked?kind=held")).QuerySelector("table.events tbody tr")!;
        Assert.Equal(["2026-01-01 00:00:00", "held ×3", "beta 1.0beta-1.0-py3-none-any.whl", "minimum-age", "uploaded today", "192.0.2.8pip 26.2 · CI"], row.TextsOf("td"));
        Assert.StartsWith("../dashboard/events/", row.QuerySelector("a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exports_have_what_is_filtered()
    {
        var page = await Hashgate.OpenAsync("dashboard/blocked?rule=minimum-age&range=1h");
        var links = page.QuerySelectorAll("a[download]").Select(a => a.GetAttribute("href")!).ToArray();
        Assert.Equal(2, links.Length);
        foreach (var link in links)
        {
            using var answer = await Hashgate.GetAsync(new Uri(new Uri(Hashgate.Url, "dashboard/blocked"), link).PathAndQuery);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("beta", text, StringComparison.Ordinal);
            Assert.DoesNotContain("alpha", text, StringComparison.Ordinal);
            Assert.DoesNotContain("gamma", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pages_lead_to_older_events_and_back_and_keep_the_filter()
    {
        for (var i = 0; i < 120; i++) await RefuseAsync("many", rule: "blocklist", reason: $"number {i}");
        var first = await Hashgate.OpenAsync("dashboard/blocked?rule=blocklist");
        Assert.Equal(100, first.QuerySelectorAll("table.events tbody tr").Length);
        Assert.Equal(["Older"], first.TextsOf(".pager a"));

        var second = await Hashgate.OpenAsync(first.QuerySelector(".pager a")!.GetAttribute("href")![3..]);
        var reasons = second.TextsOf("td.why");
        Assert.Equal((20, "number 19", "number 0"), (reasons.Length, reasons[0], reasons[^1]));
        Assert.Equal("../dashboard/blocked?rule=blocklist", second.QuerySelector(".pager a")!.GetAttribute("href"));
        // What is older doesn't grow.
        Assert.Null(second.QuerySelector("[data-live]"));
    }

    [Fact]
    public async Task New_rows_come_once_after_the_last_that_is_known_and_only_those_that_match()
    {
        var live = (await Hashgate.OpenAsync("dashboard/blocked?rule=malware")).QuerySelector("[data-live]")!;
        var (path, after) = (live.GetAttribute("data-live")![3..], live.GetAttribute("data-after")!);
        Assert.Equal("status", live.GetAttribute("role"));
        Assert.Equal((0, "no"), await RowsAsync());

        await RefuseAsync("delta");
        await RefuseAsync("epsilon", rule: "blocklist");
        await RefuseAsync("zeta", reason: "<b>bold</b>\u202e");
        using (var answer = await Hashgate.GetAsync(path + "&after=" + after))
        {
            var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument("<table class=events><tbody>" + await answer.Content.ReadAsStringAsync() + "</tbody></table>");
            Assert.Equal(["zeta 1.0", "delta 1.0"], page.TextsOf(Project));
            Assert.Equal("<b>bold</b>[U+202E]", page.TextOf("td.why"));
        }
        Assert.Equal((2, "no"), await RowsAsync());
        Assert.Equal((0, "no"), await RowsAsync());

        for (var i = 0; i < 60; i++) await RefuseAsync("many");
        Assert.Equal((50, "yes"), await RowsAsync());
        Assert.Equal((10, "no"), await RowsAsync());

        async Task<(int Rows, string More)> RowsAsync()
        {
            using var answer = await Hashgate.GetAsync(path + "&after=" + after);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            after = Assert.Single(answer.Headers.GetValues("Hashgate-After"));
            return ((await answer.Content.ReadAsStringAsync()).Split("<tr ").Length - 1, Assert.Single(answer.Headers.GetValues("Hashgate-More")));
        }
    }

    [Fact]
    public async Task Time_that_has_an_end_is_not_live() => Assert.Null((await Hashgate.OpenAsync("dashboard/blocked?until=2030-01-01")).QuerySelector("[data-live]"));

    [Fact]
    public async Task Nothing_found_says_why_and_leads_on()
    {
        var page = await Hashgate.OpenAsync("dashboard/blocked?project=unheard-of");
        Assert.Equal("Nothing matches", page.TextOf(".empty .what"));
        Assert.Equal("../dashboard/blocked", page.QuerySelector(".empty a")!.GetAttribute("href"));
        Assert.Equal("unheard-of", page.QuerySelector("input[name=project]")!.GetAttribute("value"));
    }
}
