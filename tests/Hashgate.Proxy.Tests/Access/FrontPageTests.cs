using System.Net;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.Access;

public sealed class FrontPageTests
{
    [Fact]
    public async Task Viewers_are_led_to_the_dashboard_and_all_others_see_how_to_set_up()
    {
        await using var hashgate = await RunningHashgate.StartAsync(null, Tokens.Settings());
        using var anyone = new Browser(hashgate);
        using var viewer = new Browser(hashgate, "Authorization: Bearer " + Tokens.Ann);
        using var session = new Browser(hashgate);
        await session.SignInAsync(Tokens.Ann);

        foreach (var known in (Browser[])[viewer, session])
        {
            using var answer = await known.GetAsync("");
            Assert.Equal((HttpStatusCode.Found, "dashboard"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
            Assert.Equal(200, await known.StatusAsync("?set-up"));
        }
        using var page = await anyone.GetAsync("");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("pip install", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
