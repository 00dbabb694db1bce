using System.Text.Json;
using Hashgate.Browser.Tests.Driving;
using Hashgate.Proxy.Tests.PolicyRules;

namespace Hashgate.Browser.Tests;

/// <summary>Whatever others write stands on the pages as text, and does nothing.</summary>
[Collection(DashboardCollection.Name), Trait("Needs", "browser")]
public sealed class HostilePageTests(Dashboard dashboard)
{
    /// <summary>A part of every hostile text that a page would run, were it not escaped.</summary>
    private const string Script = "<script>alert(1)</script>";

    public static TheoryData<string> Paths =>
    [
        "/dashboard", "/dashboard/blocked", "/dashboard/blocked?kind=all", "/dashboard/projects", "/dashboard/reports", "/dashboard/policy", "/dashboard/health",
        .. HostileTexts.Projects.Select(project => "/dashboard/projects/" + project),
    ];

    [Theory, MemberData(nameof(Paths))]
    public async Task Page_runs_nothing_of_it(string path)
    {
        await using var visit = await dashboard.OnHostileAsync();
        await visit.GoAsync(path);
        await AssertHarmlessAsync(visit);
    }

    [Fact]
    public async Task Stories_show_it_as_text()
    {
        await using var visit = await dashboard.OnHostileAsync();
        var found = JsonDocument.Parse(await dashboard.Hostile.Server.Client.GetStringAsync("api/v1/events?limit=1000")).RootElement.GetProperty("events").EnumerateArray()
            .Where(e => e.TryGetProperty("reason", out var reason) && reason.GetString()?.Contains(Script, StringComparison.Ordinal) == true).ToArray();
        Assert.NotEmpty(found);
        foreach (var id in found.Select(e => e.GetProperty("id").GetString()).Take(10))
        {
            await visit.GoAsync("/dashboard/events/" + id);
            Assert.Contains(Script, await visit.TextAsync(), StringComparison.Ordinal);
            await AssertHarmlessAsync(visit);
        }
    }

    [Fact]
    public async Task Reports_show_it_as_text()
    {
        await using var visit = await dashboard.OnHostileAsync();
        await visit.GoAsync("/dashboard/reports");
        Assert.Contains(Script, await visit.TextAsync(), StringComparison.Ordinal);
        await AssertHarmlessAsync(visit);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("\u202e' onfocus='alert(1)")]
    public async Task Filter_shows_what_was_typed_as_text(string text)
    {
        await using var visit = await dashboard.OnHostileAsync();
        await visit.Page.GotoAsync("dashboard/blocked?" + string.Join('&', ((string[])["q", "rule", "client", "kind", "range"]).Select(name => $"{name}={Uri.EscapeDataString(text)}")));
        await AssertHarmlessAsync(visit);
        // What would turn the direction around is shown by number.
        Assert.Equal(text.Replace("\u202e", "[U+202E]", StringComparison.Ordinal), await visit.Page.Locator("[name=q]").InputValueAsync());
    }

    private static async Task AssertHarmlessAsync(Visit visit)
    {
        // Dialogs, errors and requests to elsewhere are troubles.
        visit.AssertQuiet();
        Assert.Equal(0, await visit.Page.Locator("main script, main img, main [onerror], main [onfocus], main [style]").CountAsync());
        Assert.DoesNotContain(await visit.TextAsync(), c => char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format || (char.IsControl(c) && c is not ('\n' or '\t' or '\r')));
    }
}
