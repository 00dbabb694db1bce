using System.Net;
using System.Runtime.Versioning;
using Hashgate.Core.Events;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Hashgate.Proxy.Tests.Access;

public sealed class SignInTests : IDisposable
{
    private const string Waiver = """{"project": "alpha", "rule": "minimum-age", "reason": "wanted"}""";

    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Session_looks_at_pages_and_the_api_and_acts_with_a_form_token_under_its_token_s_name()
    {
        await using var hashgate = await StartAsync();
        using var browser = new Browser(hashgate);
        Assert.Equal(303, await browser.StatusAsync("dashboard"));
        using (var answer = await browser.TryToSignInAsync(Tokens.Bob, "/dashboard/health?x=1"))
            Assert.Equal((HttpStatusCode.SeeOther, "../dashboard/health?x=1"), (answer.StatusCode, answer.Headers.Location?.OriginalString));

        Assert.Equal((200, 200), (await browser.StatusAsync("dashboard"), await browser.StatusAsync("api/v1/events")));
        using (var denied = await browser.PostJsonAsync("api/v1/waivers", Waiver)) Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        using (var done = await browser.PostJsonAsync("api/v1/waivers", Waiver, $"{AntiForgery.Header}: {await browser.FormTokenAsync("dashboard")}", "Sec-Fetch-Site: same-origin"))
            Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        var events = await hashgate.EventsAsync();
        Assert.Equal("bob", Assert.Single(events, e => e.Kind == EventKinds.Waived).Actor);
        var signedIn = Assert.Single(events, e => e.Kind == EventKinds.SignedIn);
        Assert.Equal(("bob", "127.0.0.1"), (signedIn.Actor, signedIn.Client));
    }

    [Fact]
    public async Task Cookie_is_for_this_host_s_pages_alone_and_no_script_reads_it()
    {
        await using var hashgate = await StartAsync(("Network:TrustedProxies:0", "127.0.0.1"), ("AllowedHosts:0", "hashgate.example"));
        using var plain = new Browser(hashgate);
        await plain.SignInAsync(Tokens.Ann);
        AssertAttributes(plain.Set["hashgate-session"], "httponly", "samesite=strict", "path=/");
        AssertAttributes(plain.Set[AntiForgery.Cookie], "httponly", "samesite=strict", "path=/");

        using var secure = new Browser(hashgate, "X-Forwarded-Proto: https", "X-Forwarded-Host: hashgate.example", "X-Forwarded-For: 192.0.2.1");
        await secure.SignInAsync(Tokens.Ann);
        AssertAttributes(secure.Set["__Host-hashgate-session"], "httponly", "samesite=strict", "path=/", "secure");
        AssertAttributes(secure.Set[AntiForgery.Cookie], "httponly", "samesite=strict", "path=/", "secure");
        Assert.Equal(200, await secure.StatusAsync("dashboard"));

        // The one doesn't do for the other: nobody downgrades a session.
        plain.Cookies["hashgate-session"] = secure.Cookies["__Host-hashgate-session"];
        Assert.Equal(303, await plain.StatusAsync("dashboard"));
    }

    [Fact]
    public async Task Wrong_token_begins_no_session_and_leaves_an_event_without_the_token()
    {
        await using var hashgate = await StartAsync();
        using var browser = new Browser(hashgate);
        for (var i = 0; i < 3; i++)
        {
            using var answer = await browser.TryToSignInAsync(Tokens.Bob + "x");
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.DoesNotContain(Tokens.Bob, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.False(browser.Cookies.ContainsKey("hashgate-session"));
        var refused = (await hashgate.EventsAsync()).Where(e => e.Kind == EventKinds.SignInRefused).ToArray();
        // The first at once, what repeats it as one more.
        Assert.Equal([2, 1], refused.Select(e => e.Count));
        Assert.All(refused, e => Assert.Equal((null, "127.0.0.1", "a token was typed in that is nobody's"), (e.Actor, e.Client, e.Reason)));
    }

    [Fact]
    public async Task Attempts_are_limited_even_with_the_right_token()
    {
        await using var hashgate = await StartAsync();
        using var browser = new Browser(hashgate);
        for (var i = 0; i < SignInLimits.PerClient; i++) (await browser.TryToSignInAsync("nonsense")).Dispose();
        using var answer = await browser.TryToSignInAsync(Tokens.Bob);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 300);
        Assert.False(browser.Cookies.ContainsKey("hashgate-session"));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.2", "192.0.2.1")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1:2:ffff::9")]
    public void Attempts_are_counted_for_each_network_and_all_together(string first, string other, string same)
    {
        using var limits = new SignInLimits();
        for (var i = 0; i < SignInLimits.PerClient; i++) Assert.True(limits.Enter(IPAddress.Parse(first)).IsAcquired);
        Assert.False(limits.Enter(IPAddress.Parse(same)).IsAcquired);
        for (var i = SignInLimits.PerClient; i < SignInLimits.InAll; i++) Assert.True(limits.Enter(new IPAddress(i + 1)).IsAcquired);
        Assert.False(limits.Enter(IPAddress.Parse(other)).IsAcquired);
    }

    [Fact]
    public async Task Session_ends_when_its_time_is_over_however_much_it_was_used()
    {
        var clock = new FaultClock();
        await using var hashgate = await RunningHashgate.StartAsync(null, Tokens.Settings(("Admin:SessionLifetime", "02:00:00")), time: clock);
        using var browser = new Browser(hashgate);
        await browser.SignInAsync(Tokens.Ann);
        clock.Skip(TimeSpan.FromMinutes(119));
        Assert.Equal(200, await browser.StatusAsync("dashboard"));
        clock.Skip(TimeSpan.FromMinutes(2));
        Assert.Equal(303, await browser.StatusAsync("dashboard"));
    }

    [Theory]
    [InlineData("Admin:Tokens:ann:Value", Tokens.Ann, 200)]
    [InlineData("Admin:Tokens:ann:Value", "another-token-0123456789", 303)]
    [InlineData("Admin:Tokens:ann:Value", null, 303)]
    public async Task Session_survives_a_restart_as_long_as_its_token_is_the_same(string key, string? value, int status)
    {
        using var browser = await SignedInBeforeARestartAsync(Tokens.Ann);
        var settings = Tokens.Settings((key, value));
        if (value is null) foreach (var each in (string[])["Admin:Tokens:ann:Role", key]) settings.Remove(each);
        await using var restarted = await RunningHashgate.StartAsync(null, settings, _data.Path);
        using var again = new Browser(restarted);
        foreach (var (name, cookie) in browser.Cookies) again.Cookies[name] = cookie;
        Assert.Equal(status, await again.StatusAsync("dashboard"));
    }

    [Fact]
    public async Task Session_may_what_its_token_may_now()
    {
        using var browser = await SignedInBeforeARestartAsync(Tokens.Bob);
        await using var restarted = await RunningHashgate.StartAsync(null, Tokens.Settings(("Admin:Tokens:bob:Role", "view")), _data.Path);
        using var again = new Browser(restarted);
        foreach (var (name, cookie) in browser.Cookies) again.Cookies[name] = cookie;
        Assert.Equal(200, await again.StatusAsync("dashboard"));
        using var denied = await again.PostJsonAsync("api/v1/waivers", Waiver, $"{AntiForgery.Header}: {await again.FormTokenAsync("dashboard")}");
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
    }

    [Fact]
    public async Task Sign_out_ends_the_session_in_the_browser_and_is_on_record()
    {
        await using var hashgate = await StartAsync();
        using var browser = new Browser(hashgate);
        await browser.SignInAsync(Tokens.Ann);
        using (var forged = await browser.PostAsync("dashboard/sign-out", [])) Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        using var answer = await browser.PostAsync("dashboard/sign-out", [(AntiForgery.Field, await browser.FormTokenAsync("dashboard"))]);
        Assert.Equal((HttpStatusCode.SeeOther, "../dashboard/sign-in"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Equal(303, await browser.StatusAsync("dashboard"));
        Assert.Equal("ann", Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.SignedOut).Actor);
    }

    [Fact]
    public async Task Sign_in_that_cannot_be_recorded_is_none()
    {
        var events = new MemoryEventLog { IsAway = true };
        await using var hashgate = await RunningHashgate.StartAsync(null, Tokens.Settings(), services: services => services.Replace(ServiceDescriptor.Singleton<IEventLog>(events)));
        using var browser = new Browser(hashgate);
        using var answer = await browser.TryToSignInAsync(Tokens.Bob);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("the event store is away", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.False(browser.Cookies.ContainsKey("hashgate-session"));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/dashboard")]
    [InlineData("/dashboard//evil.example")]
    [InlineData("/dashboard\\..\\..\\evil")]
    [InlineData("javascript:alert(1)")]
    public async Task Sign_in_leads_to_the_dashboard_and_nowhere_else(string elsewhere)
    {
        await using var hashgate = await StartAsync();
        using var browser = new Browser(hashgate);
        using var answer = await browser.TryToSignInAsync(Tokens.Ann, elsewhere);
        Assert.Equal("../dashboard", answer.Headers.Location?.OriginalString);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task Keys_are_made_when_somebody_comes_to_sign_in_and_only_their_owner_sees_them()
    {
        await using var hashgate = await RunningHashgate.StartAsync(null, Tokens.Settings(), _data.Path);
        var keys = Path.Combine(_data.Path, "keys");
        using var browser = new Browser(hashgate);
        Assert.Equal((303, 200), (await browser.StatusAsync("dashboard"), await browser.StatusAsync("healthz")));
        Assert.False(Directory.Exists(keys));
        await browser.SignInAsync(Tokens.Ann);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
        Assert.Single(Directory.GetFiles(keys));
    }

    [Fact]
    public async Task Installers_and_bearers_are_never_asked_for_a_session()
    {
        var asked = 0;
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index, Tokens.Settings(), services: services =>
            services.Replace(ServiceDescriptor.Singleton<IAuthenticationSchemeProvider>(provider => new CountedSchemes(provider.GetRequiredService<IOptions<AuthenticationOptions>>(), () => asked++))));
        using var browser = new Browser(hashgate);
        Assert.Equal(200, await browser.StatusAsync("simple/alpha/"));
        Assert.Equal(200, await browser.StatusAsync("api/v1/events", "Authorization: Bearer " + Tokens.Ann));
        Assert.Equal(0, asked);
        await browser.SignInAsync(Tokens.Ann);
        Assert.Equal(200, await browser.StatusAsync("dashboard"));
        Assert.NotEqual(0, asked);
    }

    private static Task<RunningHashgate> StartAsync(params (string Key, string? Value)[] more) => RunningHashgate.StartAsync(null, Tokens.Settings(more));

    private async Task<Browser> SignedInBeforeARestartAsync(string token)
    {
        await using var hashgate = await RunningHashgate.StartAsync(null, Tokens.Settings(), _data.Path);
        var browser = new Browser(hashgate);
        await browser.SignInAsync(token);
        return browser;
    }

    private static void AssertAttributes(string cookie, params string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), cookie.Split("; ")[1..].Select(a => a.ToLowerInvariant()).Order(StringComparer.Ordinal));

    private sealed class CountedSchemes(IOptions<AuthenticationOptions> options, Action count) : AuthenticationSchemeProvider(options)
    {
        public override Task<AuthenticationScheme?> GetSchemeAsync(string name)
        {
            count();
            return base.GetSchemeAsync(name);
        }

        public override Task<AuthenticationScheme?> GetDefaultAuthenticateSchemeAsync()
        {
            count();
            return base.GetDefaultAuthenticateSchemeAsync();
        }
    }
}
