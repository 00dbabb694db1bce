using Hashgate.Browser.Tests.Driving;

namespace Hashgate.Browser.Tests;

/// <summary>Who gets in.</summary>
[Collection(DashboardCollection.Name), Trait("Needs", "browser")]
public sealed class SignInTests(Dashboard dashboard)
{
    public static TheoryData<string> Names => Dashboard.PageNames;

    [Theory, MemberData(nameof(Names))]
    public async Task Stranger_sees_no_page_but_the_one_to_sign_in(string name)
    {
        await using var visit = await dashboard.StrangerAsync();
        await visit.Page.GotoAsync((await dashboard.PathAsync(name))[1..]);
        Assert.Equal("/dashboard/sign-in", new Uri(visit.Page.Url).AbsolutePath);
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Token_lets_its_bearer_in_where_they_wanted_to_go_and_out_again()
    {
        await using var visit = await dashboard.StrangerAsync();
        await visit.Page.GotoAsync("dashboard/policy");
        await visit.Page.GetByLabel("Token").FillAsync(Site.OperatorToken);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/dashboard/policy");
        Assert.Contains(Site.Operator, await visit.Page.Locator("header").InnerTextAsync(), StringComparison.Ordinal);

        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/dashboard/sign-in");
        await visit.Page.GotoAsync("dashboard/policy");
        Assert.Equal("/dashboard/sign-in", new Uri(visit.Page.Url).AbsolutePath);
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Wrong_token_lets_nobody_in()
    {
        await using var visit = await dashboard.StrangerAsync();
        await visit.SignInAsync("a-token-that-nobody-gave-out");
        await visit.Page.Locator("[role=alert], [role=status]").First.WaitForAsync();
        Assert.Equal("/dashboard/sign-in", new Uri(visit.Page.Url).AbsolutePath);
        await visit.Page.GotoAsync("dashboard");
        Assert.Equal("/dashboard/sign-in", new Uri(visit.Page.Url).AbsolutePath);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Viewer_sees_every_page_and_no_form_that_acts(string name)
    {
        await using var visit = await dashboard.ViewerAsync();
        await visit.GoAsync(await dashboard.PathAsync(name));
        Assert.Equal(0, await visit.Page.Locator("form[action*='/act/']").CountAsync());
        visit.AssertQuiet();
    }

    [Fact]
    public async Task Script_of_another_page_can_not_read_the_session()
    {
        await using var visit = await dashboard.OperatorAsync();
        await visit.GoAsync("/dashboard");
        Assert.DoesNotContain("session", await visit.Page.EvaluateAsync<string>("() => document.cookie"), StringComparison.OrdinalIgnoreCase);
    }
}
