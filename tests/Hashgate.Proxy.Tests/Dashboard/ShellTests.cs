using System.Net;
using Hashgate.Proxy.Dashboard;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Dashboard;

/// <summary>What stands around every page of the dashboard, and who gets to see it.</summary>
public sealed class ShellTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _hashgate = await RunningHashgate.StartAsync(_index);
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Theory]
    [InlineData("dashboard", "dashboard/assets/")]
    [InlineData("dashboard/", "../dashboard/assets/")]
    public async Task Page_has_its_landmarks_and_links_that_any_prefix_leaves_right(string path, string assets)
    {
        var page = await _hashgate.OpenAsync(path);
        Assert.Equal("Overview · Hashgate", page.Title);
        Assert.Equal("Overview", page.TextOf("main h1"));
        Assert.Equal("Overview", page.TextOf("nav [aria-current=page]"));
        Assert.Equal("#main", page.QuerySelector("body > a")!.GetAttribute("href"));
        Assert.StartsWith(assets, page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_lets_nothing_in_from_elsewhere_and_is_kept_by_nobody()
    {
        using var answer = await _hashgate.GetAsync("dashboard");
        Assert.Equal(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(["nosniff", "same-origin", "same-origin", "same-origin"],
            ((string[])["X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"]).Select(name => Assert.Single(answer.Headers.GetValues(name))));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("dashboard", "dashboard/sign-in?return=%2Fdashboard")]
    [InlineData("dashboard/nowhere/at?all=1", "../../dashboard/sign-in?return=%2Fdashboard%2Fnowhere%2Fat%3Fall%3D1")]
    public async Task Whoever_may_not_view_is_sent_to_sign_in(string path, string where)
    {
        using var answer = await _hashgate.GetAsync(path, "Forwarded: for=192.0.2.1");
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(where, Assert.Single(answer.Headers.GetValues("Location")));
        Assert.Empty(await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    public async Task Address_without_a_page_says_so_inside_the_dashboard()
    {
        using var answer = await _hashgate.GetAsync("dashboard/nowhere");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("Not found", (await DashboardCalls.ReadAsync(answer)).TextOf("h1"));
    }

    [Fact]
    public async Task Theme_is_remembered_and_leads_back_to_the_page()
    {
        Assert.Null((await _hashgate.OpenAsync("dashboard", "Cookie: hashgate-theme=\"><script>")).DocumentElement.GetAttribute("data-theme"));

        using var answer = await _hashgate.GetAsync("dashboard/theme?to=dark&return=%2Fdashboard%3Frange%3D7d");
        Assert.Equal(("../dashboard?range=7d", HttpStatusCode.SeeOther), (answer.Headers.Location?.OriginalString, answer.StatusCode));
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);

        // The client keeps cookies.
        var page = await _hashgate.OpenAsync("dashboard");
        Assert.Equal("dark", page.DocumentElement.GetAttribute("data-theme"));
    }

    [Theory]
    [InlineData("/dashboard", "/dashboard")]
    [InlineData("/dashboard/blocked?rule=malware", "/dashboard/blocked?rule=malware")]
    [InlineData(null, "/dashboard")]
    [InlineData("https://evil.example/dashboard", "/dashboard")]
    [InlineData("//evil.example/dashboard", "/dashboard")]
    [InlineData("/dashboard//evil.example", "/dashboard")]
    [InlineData("/dashboard\\..\\\\evil.example", "/dashboard")]
    [InlineData("/dashboardevil", "/dashboard")]
    [InlineData("/dashboard\r\nSet-Cookie: a=b", "/dashboard")]
    public void Way_back_stays_on_the_dashboard(string? path, string taken) => Assert.Equal(taken, LocalReturn.Check(path));

    [Fact]
    public async Task Assets_are_kept_for_ever_by_names_that_change_with_their_bytes_and_weigh_little()
    {
        var page = await _hashgate.OpenAsync("dashboard");
        foreach (var href in page.QuerySelectorAll("link[href], script[src]").Select(e => e.GetAttribute("href") ?? e.GetAttribute("src")!))
        {
            using var answer = await _hashgate.GetAsync(href, "Accept-Encoding: gzip", "Forwarded: for=192.0.2.1");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        }
        using var missing = await _hashgate.GetAsync("dashboard/assets/dashboard.css");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.InRange(DashboardAssets.ByServedName.Values.Sum(a => a.Gzip.Length), 1, 150_000);
    }
}
