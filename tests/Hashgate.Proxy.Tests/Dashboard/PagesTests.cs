using System.Net;
using System.Text.RegularExpressions;
using Hashgate.Proxy.Tests.FilesServed;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>What the pages of projects, files, reports, policy and health show of real downloads, and of hostile texts.</summary>
public sealed partial class PagesTests(Scene scene) : IClassFixture<Scene>
{
    public static TheoryData<string> Paths =>
    [
        "projects", "projects?name=..", "projects/demo", "projects/demo?show=refused", "projects/demo?version=2", "projects/hostile", "projects/large?page=2", "projects/nobody-knows",
        "files/demo/demo-1.0-py3-none-any.whl", "files/demo/demo-1.0-py3-none-any.whl?scope=release&since=7d", "files/hostile/hostile-1.0-py3-none-any.whl", "files/demo/never-was.whl",
        "reports", "reports?status=open", "reports?project=hostile", "policy", "health",
    ];

    [Theory, MemberData(nameof(Paths))]
    public async Task No_page_has_foreign_text_as_markup_or_style_or_script_of_its_own(string path)
    {
        foreach (var headers in (string[][])[[], ["Authorization: Bearer " + scene.Hashgate.AdminToken]])
        {
            using var answer = await scene.Hashgate.GetAsync("dashboard/" + path, headers);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{(int)answer.StatusCode}");
            var html = await answer.Content.ReadAsStringAsync();
            using var page = await DashboardCalls.ReadAsync(answer);
            Assert.Empty(page.QuerySelectorAll("main script, main img, main style, [style], [onerror], [onclick], iframe, object"));
            Assert.All(page.QuerySelectorAll("main a[href^=http]"), link => Assert.Equal("noreferrer noopener nofollow", link.GetAttribute("rel")));
            Assert.Single(page.QuerySelectorAll("h1"));
            Assert.All(page.QuerySelectorAll("table"), table => Assert.NotNull(table.QuerySelector("caption")));
            // Every id is another, or labels would point nowhere.
            var ids = page.QuerySelectorAll("[id]").Select(e => e.Id).ToArray();
            Assert.Equal(ids.Distinct(), ids);
            Assert.DoesNotMatch(Steering(), WebUtility.HtmlDecode(html));
        }
    }

    [Fact]
    public async Task Project_has_its_releases_newest_first_with_verdicts_reasons_and_records()
    {
        using var page = await scene.Hashgate.OpenAsync("dashboard/projects/Demo");
        Assert.Equal(["3.0", "2.1", "2.0", "1.0"], page.QuerySelectorAll(".release h3").Select(h => h.FirstChild!.TextContent.Trim()));
        var newest = page.QuerySelector(".release")!;
        Assert.Contains("held minimum-age", newest.TextOf("td.wide"), StringComparison.Ordinal);
        Assert.Contains(scene.Index.Project("demo").Files[^1].Hashes["sha256"], newest.TextOf(".digest"), StringComparison.Ordinal);
        Assert.Contains("broken build", page.QuerySelectorAll(".release")[1].TextOf("td.wide"), StringComparison.Ordinal);
        Assert.Contains("GHSA-aaaa-bbbb-cccc high Template rendering lets one read any file 2.0 1", page.TextOf("[aria-labelledby=advisories] tbody tr"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signals_are_told_with_their_sources_and_claims_stand_apart()
    {
        using var page = await scene.Hashgate.OpenAsync("dashboard/projects/demo");
        var signals = page.TextsOf(".signals li");
        Assert.Contains(signals, s => s.StartsWith("Age of the project 900 days", StringComparison.Ordinal) && s.EndsWith("told by the index at first sight, recorded here", StringComparison.Ordinal));
        Assert.Contains(signals, s => s.StartsWith("Newest release 3.0, 5 h old", StringComparison.Ordinal));
        Assert.Contains(signals, s => s.StartsWith("Hashes every file is as it was first seen", StringComparison.Ordinal));
        Assert.Contains(signals, s => s.StartsWith("Releases 4 releases, 5 files of the index's page; uploaders choose it", StringComparison.Ordinal));
        Assert.StartsWith("Claimed by the uploader, not checked", page.TextOf(".claims"), StringComparison.Ordinal);
        Assert.Contains("of release 2.0", page.TextOf(".claims"), StringComparison.Ordinal);
        Assert.DoesNotContain(signals, s => s.Contains("not checked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Large_project_is_shown_in_pages_that_have_every_release_once()
    {
        var seen = new List<string>();
        using var first = await scene.Hashgate.OpenAsync("dashboard/projects/large");
        using var second = await scene.Hashgate.OpenAsync("dashboard/projects/large?page=2");
        foreach (var page in new[] { first, second }) seen.AddRange(page.QuerySelectorAll(".release h3").Select(h => h.FirstChild!.TextContent.Trim()));
        Assert.Equal(Enumerable.Range(0, 90).Reverse().Select(i => $"1.{i}"), seen);
        Assert.Null(second.QuerySelector("a[rel=next]"));
    }

    [Fact]
    public async Task Unknown_project_is_not_asked_for_upstream()
    {
        using var answer = await scene.Hashgate.GetAsync("dashboard/projects/nobody-asked");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using var page = await DashboardCalls.ReadAsync(answer);
        Assert.Equal("../../simple/nobody-asked/", page.QuerySelector(".empty a")!.GetAttribute("href"));
        Assert.DoesNotContain(scene.Index.Requests.All, r => r.Path.Contains("nobody-asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_has_a_file_is_one_click_from_its_row()
    {
        using var project = await scene.Hashgate.OpenAsync("dashboard/projects/demo?version=1.0");
        var link = project.QuerySelector(".release td.number a")!.GetAttribute("href")!;
        using var page = await scene.Hashgate.OpenAsync("dashboard/projects/" + link.Replace("../../dashboard/", "../", StringComparison.Ordinal));
        var rows = page.TextsOf("[aria-labelledby=holders] tbody tr");
        Assert.Equal(3, rows.Length);
        Assert.Contains(rows, r => r.StartsWith("127.0.0.1 pip 23.2.1 CI1 ", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("10.0.0.7 uv 0.5.1", StringComparison.Ordinal));
        Assert.Contains("3", page.TextOf(".figures .big"), StringComparison.Ordinal);
        Assert.StartsWith("../../../api/v1/downloads?project=demo&since=180d&format=csv&filename=", page.QuerySelector("[aria-labelledby=holders] .links a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewers_see_why_there_is_nothing_to_press()
    {
        foreach (var path in (string[])["reports", "policy"])
        {
            using var viewer = await scene.Hashgate.OpenAsync("dashboard/" + path);
            Assert.Empty(viewer.QuerySelectorAll("form[action*='/act/']"));
            Assert.Contains("You may view. To act, sign in", viewer.TextOf("main"), StringComparison.Ordinal);
            using var operates = await scene.Hashgate.OpenAsOperatorAsync("dashboard/" + path);
            Assert.NotEmpty(operates.QuerySelectorAll("form[action*='/act/']"));
            Assert.DoesNotContain("You may view.", operates.TextOf("main"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Policy_has_every_rule_as_settings_name_it_and_what_ends_soon()
    {
        using var page = await scene.Hashgate.OpenAsync("dashboard/policy");
        var rules = page.TextsOf("[aria-labelledby=rules] tbody tr");
        Assert.Contains(rules, r => r.StartsWith("minimum-age", StringComparison.Ordinal) && r.EndsWith("enforced Policy:Rules:minimum-age:Age 3.00:00:00Policy:Rules:minimum-age:FirstSeenClock falsePolicy:Rules:minimum-age:Exempt acme-*", StringComparison.Ordinal));
        Assert.Contains(rules, r => r.StartsWith("hash-mismatch", StringComparison.Ordinal) && r.EndsWith("always enforced", StringComparison.Ordinal));
        Assert.Contains(rules, r => r.StartsWith("allowlist", StringComparison.Ordinal) && r.EndsWith("not set up", StringComparison.Ordinal));
        var waivers = page.TextsOf("[aria-labelledby=waivers] tbody tr");
        Assert.StartsWith("demo ==9.0 minimum-age soon", waivers[0], StringComparison.Ordinal);
        Assert.Contains("2 advisories", page.TextOf("[aria-labelledby=feed]"), StringComparison.Ordinal);
        Assert.Contains("never-this==1.0", page.TextOf("[aria-labelledby=blocklist]"), StringComparison.Ordinal);
        Assert.Contains("GitHub acme/fork (release.yml)", page.TextOf("[aria-labelledby=publishers]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_tells_of_upstreams_stores_replicas_and_the_program()
    {
        using var page = await scene.Hashgate.OpenAsync("dashboard/health");
        Assert.Contains("well", page.TextOf("[aria-labelledby=upstreams] tbody"), StringComparison.Ordinal);
        Assert.Equal(4, page.QuerySelectorAll("[aria-labelledby=stores] tbody .mark.ok").Length);
        Assert.Contains("this one", page.TextOf("[aria-labelledby=replicas] tbody"), StringComparison.Ordinal);
        Assert.Contains("first uses are taken", page.TextOf("[aria-labelledby=ledger]"), StringComparison.Ordinal);
        Assert.Contains("chat", page.TextOf("[aria-labelledby=webhooks]"), StringComparison.Ordinal);
    }

    /// <summary>Whatever turns the direction of text, or steers a terminal.</summary>
    [GeneratedRegex("[\\u202a-\\u202e\\u2066-\\u2069\\u001b\\u009b]", RegexOptions.NonBacktracking)]
    private static partial Regex Steering();
}
