using System.Net;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Access;

/// <summary>Replicas that keep the keys of their sessions in one Redis.</summary>
[Trait("Needs", "redis")]
public sealed class SharedSessionsTests : IAsyncLifetime
{
    private const string Waiver = """{"project": "alpha", "rule": "minimum-age", "reason": "wanted"}""";

    private RedisServer _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Replica_takes_the_session_and_the_forms_of_another()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        using var browser = new Browser(one);
        await browser.SignInAsync(Tokens.Bob);
        var token = await browser.FormTokenAsync("dashboard");

        using var moved = Moved(browser, other);
        Assert.Equal(200, await moved.StatusAsync("dashboard"));
        using var done = await moved.PostJsonAsync("api/v1/waivers", Waiver, $"{AntiForgery.Header}: {token}");
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Fact]
    public async Task Replicas_that_make_the_first_key_at_the_same_moment_agree_on_one()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        using var first = new Browser(one);
        using var second = new Browser(other);
        await Task.WhenAll(Task.Run(() => first.SignInAsync(Tokens.Ann)), Task.Run(() => second.SignInAsync(Tokens.Ann)));
        using var firstAtOther = Moved(first, other);
        using var secondAtOne = Moved(second, one);
        Assert.Equal((200, 200), (await firstAtOther.StatusAsync("dashboard"), await secondAtOne.StatusAsync("dashboard")));
    }

    [Fact]
    public async Task Keys_made_after_a_loss_are_known_to_a_replica_that_runs_on()
    {
        var clock = new FaultClock();
        await using var one = await StartAsync(clock);
        using var before = new Browser(one);
        await before.SignInAsync(Tokens.Ann);
        await _redis.CommandAsync($"DEL {{hashgate}}:session-keys");
        await using var other = await StartAsync();
        using var after = new Browser(other);
        await after.SignInAsync(Tokens.Ann);

        clock.Skip(TimeSpan.FromMinutes(2));
        using var moved = Moved(after, one);
        Assert.Equal(200, await moved.StatusAsync("dashboard"));
    }

    [Fact]
    public async Task Without_redis_a_session_goes_on_where_its_key_is_known_and_is_nobody_s_elsewhere_while_bearers_go_on()
    {
        await using var one = await StartAsync();
        using var browser = new Browser(one);
        await browser.SignInAsync(Tokens.Ann);
        await using var other = await StartAsync();
        await _redis.KillAsync();

        Assert.NotEqual(401, await browser.StatusAsync("api/v1/events"));
        using var moved = Moved(browser, other);
        using var denied = await moved.GetAsync("api/v1/events");
        Assert.Equal(HttpStatusCode.Unauthorized, denied.StatusCode);
        Assert.Contains("Sessions can't be read now", await denied.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using (var page = await moved.GetAsync("dashboard/sign-in"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
            Assert.DoesNotContain("<input id=\"credential\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using var bearer = new Browser(other, "Authorization: Bearer " + Tokens.Ann);
        Assert.NotEqual(401, await bearer.StatusAsync("api/v1/events"));
    }

    private Task<RunningHashgate> StartAsync(TimeProvider? time = null) =>
        RunningHashgate.StartAsync(null, Tokens.Settings(("Trust:Provider", "redis"), ("Redis:Configuration", _redis.Configuration)), time: time);

    /// <summary>The same browser, led to another replica.</summary>
    private static Browser Moved(Browser browser, RunningHashgate replica)
    {
        var moved = new Browser(replica);
        foreach (var (name, cookie) in browser.Cookies) moved.Cookies[name] = cookie;
        return moved;
    }
}
