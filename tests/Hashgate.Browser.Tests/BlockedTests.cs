using System.Text.Json;
using Hashgate.Browser.Tests.Driving;
using Microsoft.Playwright;

namespace Hashgate.Browser.Tests;

/// <summary>The page of blocked downloads: live, filtered, exported.</summary>
[Collection(DashboardCollection.Name), Trait("Needs", "browser")]
public sealed class BlockedTests(Dashboard dashboard)
{
    [Fact]
    public async Task Row_appears_by_itself_once_pip_was_refused()
    {
        await using var visit = await dashboard.ViewerAsync();
        await visit.GoAsync("/dashboard/blocked");
        await visit.Page.Locator(".live.on").WaitForAsync();
        await visit.Page.EvaluateAsync("() => { window.isTheSameDocument = true; }");
        Assert.Equal(0, await RowOf(visit, "live 2.0").CountAsync());

        (await dashboard.Site.InstallAsync("live==2.0")).Failed().With("Blocked by Hashgate: malware: ");
        await RowOf(visit, "live 2.0").First.WaitForAsync();
        Assert.True(await visit.Page.EvaluateAsync<bool>("() => window.isTheSameDocument === true"));
        visit.AssertQuiet();

        // It leads to its story as those do that were there before.
        await RowOf(visit, "live 2.0").First.Locator("a").First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/dashboard/events/*");
        Assert.Contains("MAL-2026-live", await visit.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_shows_what_matches_and_nothing_else()
    {
        await using var visit = await dashboard.ViewerAsync();
        await visit.GoAsync("/dashboard/blocked");
        Assert.NotEqual(0, await RowOf(visit, "fresh").CountAsync());
        await visit.Page.GetByLabel("Project").FillAsync("evil");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/blocked?*project=evil*");
        var rows = await visit.Page.Locator("#rows tr").AllInnerTextsAsync();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains("evil 2.0", row, StringComparison.Ordinal));

        await visit.GoAsync("/dashboard/blocked");
        await visit.Page.GetByLabel("Rule").SelectOptionAsync("minimum-age");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/blocked?*rule=minimum-age*");
        Assert.All(await visit.Page.Locator("#rows tr").AllInnerTextsAsync(), row => Assert.Contains("fresh", row, StringComparison.Ordinal));
        visit.AssertQuiet();
    }

    [Fact]
    public async Task What_is_filtered_is_exported_as_csv_and_json()
    {
        await using var visit = await dashboard.ViewerAsync();
        await visit.GoAsync("/dashboard/blocked?project=evil");
        var csv = (await DownloadAsync(visit, "CSV")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("kind", csv[0], StringComparison.Ordinal);
        Assert.NotEmpty(csv[1..]);
        Assert.All(csv[1..], line => Assert.Contains("evil", line, StringComparison.Ordinal));

        var json = JsonDocument.Parse(await DownloadAsync(visit, "JSON")).RootElement.EnumerateArray().ToArray();
        Assert.Equal(csv.Length - 1, json.Length);
        Assert.All(json, e => Assert.Equal("evil", e.GetProperty("project").GetString()));
        visit.AssertQuiet();
    }

    private static ILocator RowOf(Visit visit, string text) => visit.Page.Locator("#rows tr", new PageLocatorOptions { HasText = text });

    private static async Task<string> DownloadAsync(Visit visit, string link)
    {
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync());
        return await File.ReadAllTextAsync(await download.PathAsync());
    }
}
