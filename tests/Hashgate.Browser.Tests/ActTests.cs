using Hashgate.Browser.Tests.Driving;
using Microsoft.Playwright;

namespace Hashgate.Browser.Tests;

/// <summary>What operators do on the dashboard takes effect on the next pip install.</summary>
[Collection(DashboardCollection.Name), Trait("Needs", "browser")]
public sealed class ActTests(Dashboard dashboard)
{
    [Fact]
    public async Task Waived_release_is_installed()
    {
        (await dashboard.Site.InstallAsync("waived==2.0")).Failed().With("Blocked by Hashgate: malware: ");
        await using var visit = await dashboard.OperatorAsync();
        visit.ExpectsDialog = true;
        await visit.GoAsync("/dashboard/events/" + await dashboard.Site.EventIdAsync("project=waived&kind=blocked"));
        var form = visit.Page.Locator("form[action$='/act/waive']");
        await form.Locator("[name=reason]").FillAsync("looked at it: the advisory is wrong");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await visit.Page.Locator("[role=status]").First.WaitForAsync();
        visit.AssertQuiet();

        (await dashboard.Site.InstallAsync("waived==2.0")).Succeeded();
        await visit.GoAsync("/dashboard/policy");
        Assert.Contains("looked at it: the advisory is wrong", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Contains(Site.Operator, await visit.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reported_release_is_blocked_once_an_operator_confirmed_it()
    {
        (await dashboard.Site.InstallAsync("reported==1.0")).Succeeded();
        await using (var stranger = await dashboard.StrangerAsync())
        {
            await stranger.Page.GotoAsync("why/reported/1.0");
            await stranger.Page.Locator("textarea[name=reason]").FillAsync("it opens a shell");
            await stranger.Page.GetByRole(AriaRole.Button, new() { Name = "Report" }).ClickAsync();
            await stranger.Page.WaitForLoadStateAsync();
            stranger.AssertQuiet();
        }

        await using var visit = await dashboard.OperatorAsync();
        visit.ExpectsDialog = true;
        await visit.GoAsync("/dashboard/reports");
        Assert.Contains("it opens a shell", await visit.TextAsync(), StringComparison.Ordinal);
        var form = visit.Page.Locator("form[action$='/act/confirm']").First;
        await form.Locator("[name=reason]").FillAsync("seen it too");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await visit.Page.Locator("[role=status]").First.WaitForAsync();
        visit.AssertQuiet();

        (await dashboard.Site.InstallAsync("reported==1.0")).Failed().With("Blocked by Hashgate: flagged: ");
    }
}
