using Hashgate.Browser.Tests.Driving;

namespace Hashgate.Browser.Tests;

/// <summary>Everything can be reached and done without a mouse, and one sees where one is.</summary>
[Collection(DashboardCollection.Name), Trait("Needs", "browser")]
public sealed class KeyboardTests(Dashboard dashboard)
{
    private const int MostSteps = 60;

    [Fact]
    public async Task First_step_skips_to_the_content()
    {
        await using var visit = await dashboard.ViewerAsync();
        await visit.GoAsync("/dashboard");
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("#main", await FocusedAsync(visit, "e => e.getAttribute('href')"));
        Assert.True(await FocusedAsync<bool>(visit, "e => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && r.top >= 0; }"), "The skip link isn't to be seen.");
        await visit.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await FocusedAsync(visit, "e => e.id"));
    }

    [Fact]
    public async Task Menu_filter_and_rows_are_used_by_keys_alone()
    {
        await using var visit = await dashboard.ViewerAsync();
        await visit.GoAsync("/dashboard");
        await StepToAsync(visit, "e => e.matches('nav a') && e.textContent.trim() === 'Blocked'");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/dashboard/blocked");

        await StepToAsync(visit, "e => e.name === 'project'");
        await visit.Page.Keyboard.TypeAsync("evil");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/blocked?*project=evil*");

        await StepToAsync(visit, "e => e.matches('#rows a')");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/dashboard/events/*");
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Every_stop_shows_the_focus()
    {
        await using var visit = await dashboard.OperatorAsync();
        await visit.GoAsync(await dashboard.PathAsync("story"));
        for (var step = 0; step < 30; step++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            Assert.True(
                await FocusedAsync<bool>(visit, "e => e === document.body || (s => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none')(getComputedStyle(e))"),
                "No focus to be seen on " + await FocusedAsync(visit, "e => e.outerHTML.slice(0, 200)"));
        }
    }

    private static async Task StepToAsync(Visit visit, string isThere)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await FocusedAsync<bool>(visit, isThere)) return;
        }
        Assert.Fail($"{MostSteps} steps do not lead to {isThere}");
    }

    private static Task<string> FocusedAsync(Visit visit, string what) => FocusedAsync<string>(visit, what);

    private static Task<T> FocusedAsync<T>(Visit visit, string what) => visit.Page.EvaluateAsync<T>($"() => ({what})(document.activeElement)");
}
