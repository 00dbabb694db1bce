using Hashgate.Browser.Tests.Driving;
using Hashgate.Testing;
using Microsoft.Playwright;

namespace Hashgate.Browser.Tests;

/// <summary>What holds of every page.</summary>
[Collection(DashboardCollection.Name), Trait("Needs", "browser")]
public sealed class PageTests(Dashboard dashboard)
{
    private static readonly string Pictures = Path.Combine(Repository.Root, "TestResults", "screenshots");

    public static TheoryData<string> Names => Dashboard.PageNames;

    public static TheoryData<string, ColorScheme> NamesAndSchemes
    {
        get
        {
            var both = new TheoryData<string, ColorScheme>();
            foreach (var name in Names.Append("sign-in"))
            {
                both.Add(name, ColorScheme.Light);
                both.Add(name, ColorScheme.Dark);
            }
            return both;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Page_opens_without_an_error_or_a_request_to_anybody_else(string name)
    {
        await using var visit = await dashboard.OperatorAsync();
        await visit.GoAsync(await dashboard.PathAsync(name));
        Assert.Equal(1, await visit.Page.Locator("h1").CountAsync());
        Assert.EndsWith(" · Hashgate", await visit.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator("main").CountAsync());
        visit.AssertQuiet();
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Page_works_without_script(string name)
    {
        await using var visit = await dashboard.OperatorAsync(script: false);
        await visit.GoAsync(await dashboard.PathAsync(name));
        Assert.NotEmpty(await visit.TextAsync());
        await visit.Page.Locator("nav >> text=Health").ClickAsync();
        await visit.Page.WaitForURLAsync("**/dashboard/health");
    }

    [Fact]
    public async Task Theme_that_was_chosen_stays_on_every_page()
    {
        await using var visit = await dashboard.OperatorAsync();
        await visit.GoAsync("/dashboard");
        var light = await BackgroundAsync(visit);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Use the dark theme" }).ClickAsync();
        await visit.Page.Locator("html[data-theme=dark]").WaitForAsync();
        Assert.NotEqual(light, await BackgroundAsync(visit));
        await visit.GoAsync("/dashboard/policy");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Use the light theme" }).ClickAsync();
        await visit.Page.Locator("html[data-theme=light]").WaitForAsync();
        Assert.Equal("/dashboard/policy", new Uri(visit.Page.Url).AbsolutePath);
        Assert.Equal(light, await BackgroundAsync(visit));
        visit.AssertQuiet();
    }

    [Theory, MemberData(nameof(NamesAndSchemes))]
    public async Task Page_keeps_nobody_out_and_fits_every_window(string name, ColorScheme scheme)
    {
        await using var visit = name == "sign-in" ? await dashboard.StrangerAsync(scheme) : await dashboard.OperatorAsync(scheme);
        await visit.GoAsync(await dashboard.PathAsync(name));
        await PictureAsync(visit, name, scheme, 1280);
        await AssertFitsAsync(visit);
        var wrong = await Axe.FindAsync(visit);
        await visit.Page.SetViewportSizeAsync(390, 844);
        await PictureAsync(visit, name, scheme, 390);
        await visit.Page.SetViewportSizeAsync(360, 780);
        await AssertFitsAsync(visit);
        wrong = [.. wrong.Concat(await Axe.FindAsync(visit)).Distinct()];
        Assert.True(wrong.Length == 0, string.Join("\n\n", wrong));
    }

    private static async Task PictureAsync(Visit visit, string name, ColorScheme scheme, int width) =>
        await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"{name}-{scheme.ToString().ToLowerInvariant()}-{width}.png"), FullPage = true });

    private static Task<string> BackgroundAsync(Visit visit) => visit.Page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).backgroundColor");

    /// <summary>Nothing sticks out to the side; wide tables scroll within themselves.</summary>
    private static async Task AssertFitsAsync(Visit visit)
    {
        var (content, window) = (await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), await visit.Page.EvaluateAsync<int>("() => document.documentElement.clientWidth"));
        var widest = await visit.Page.EvaluateAsync<string>("() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll')).slice(0, 3).map(e => e.outerHTML.slice(0, 200)).join('\\n')");
        Assert.True(content <= window, $"The content is {content} px wide in a window of {window}: {widest}");
    }
}
