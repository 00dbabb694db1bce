using System.Net;
using System.Text;
using Hashgate.Core.Events;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Access;

/// <summary>What a malicious page in the browser of an operator who is signed in can send: none of it changes or shows anything.</summary>
public sealed class ForgeryTests : IAsyncLifetime, IDisposable
{
    private const string Waiver = """{"project": "alpha", "rule": "minimum-age", "reason": "forged"}""";

    private RunningHashgate _hashgate = null!;
    private Browser _operator = null!;

    public async Task InitializeAsync()
    {
        _hashgate = await RunningHashgate.StartAsync(null, Tokens.Settings());
        _operator = new Browser(_hashgate);
        await _operator.SignInAsync(Tokens.Bob);
    }

    public async Task DisposeAsync() => await _hashgate.DisposeAsync();

    public void Dispose() => _operator.Dispose();

    [Theory]
    // The real dashboard, for comparison: whatever a browser says of its own page, or leaves out.
    [InlineData(true)]
    [InlineData(true, "Sec-Fetch-Site: same-origin")]
    [InlineData(true, "Sec-Fetch-Site: same-origin", "Origin: {own}")]
    [InlineData(true, "Origin: {own}")]
    [InlineData(true, "Sec-Fetch-Site: same-origin", "Origin: null")]
    // Other sites, even if they had the token.
    [InlineData(false, "Sec-Fetch-Site: cross-site", "Origin: https://evil.example")]
    [InlineData(false, "Sec-Fetch-Site: cross-site")]
    [InlineData(false, "Sec-Fetch-Site: same-site", "Origin: {own}")]
    [InlineData(false, "Sec-Fetch-Site: none")]
    [InlineData(false, "Origin: https://evil.example")]
    [InlineData(false, "Origin: http://127.0.0.1:1")]
    [InlineData(false, "Origin: http://127.0.0.1")]
    [InlineData(false, "Origin: http://localhost")]
    [InlineData(false, "Origin: null")]
    [InlineData(false, "Origin: {own}.evil.example")]
    [InlineData(false, "Origin: file://{host}")]
    // DNS rebinding: the page's own name leads here, and the browser would send what belongs to that name.
    [InlineData(false, "Host: evil.example")]
    [InlineData(false, "Host: evil.example", "Origin: http://evil.example", "Sec-Fetch-Site: same-origin")]
    [InlineData(false, "Host: 127.0.0.1.evil.example", "Origin: http://127.0.0.1.evil.example")]
    public async Task Act_comes_from_a_page_of_ours_or_not_at_all(bool isOwn, params string[] headers)
    {
        var token = $"{AntiForgery.Header}: {await _operator.FormTokenAsync("dashboard")}";
        using var answer = await _operator.PostJsonAsync("api/v1/waivers", Waiver, [token, .. headers.Select(Own)]);
        await AssertAsync(isOwn, answer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("of another person")]
    [InlineData("of nobody")]
    [InlineData("in the query")]
    [InlineData("without its cookie")]
    public async Task Act_needs_the_token_of_this_session_s_own_pages(string kind)
    {
        var own = await _operator.FormTokenAsync("dashboard");
        string[] headers = kind switch
        {
            "" or "in the query" => [],
            "of another person" => [$"{AntiForgery.Header}: {await OfAnnAsync()}"],
            "of nobody" => [$"{AntiForgery.Header}: {await OfNobodyAsync()}"],
            "without its cookie" => [$"{AntiForgery.Header}: {own}"],
            _ => [$"{AntiForgery.Header}: {kind}"],
        };
        if (kind == "without its cookie") _operator.Cookies.Remove(AntiForgery.Cookie);
        using var answer = await _operator.PostJsonAsync("api/v1/waivers" + (kind == "in the query" ? $"?{AntiForgery.Field}={Uri.EscapeDataString(own)}" : ""), Waiver, [.. headers, "Sec-Fetch-Site: same-origin"]);
        await AssertAsync(false, answer);
    }

    [Fact]
    public async Task Form_of_ours_may_be_as_long_as_settings_are()
    {
        using var answer = await _operator.PostAsync("dashboard/policy", [(AntiForgery.Field, await _operator.FormTokenAsync("dashboard")), ("since", "30d"), ("settings", "{ }" + new string(' ', 200_000))]);
        Assert.NotEqual(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("text/plain", Waiver)]
    [InlineData("application/x-www-form-urlencoded", "project=alpha&rule=minimum-age&reason=forged")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"project\"\r\n\r\nalpha\r\n--x--\r\n")]
    public async Task Form_of_another_site_that_needs_no_leave_to_be_sent_does_nothing(string type, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _operator.SendAsync(HttpMethod.Post, "api/v1/waivers", content);
        await AssertAsync(false, answer);
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override: DELETE")]
    [InlineData("X-Method-Override: POST")]
    public async Task Request_that_only_looks_changes_nothing_whatever_it_calls_itself(string header)
    {
        using var answer = await _operator.GetAsync("api/v1/waivers?_method=POST&project=alpha&rule=minimum-age&reason=forged", header);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await AssertUnchangedAsync();
    }

    [Theory]
    [InlineData("dashboard")]
    [InlineData("api/v1/events")]
    [InlineData("api/v1/waivers")]
    public async Task Other_site_reads_nothing_by_a_name_of_its_own_that_leads_here_or_by_leave_of_its_own(string path)
    {
        using var rebound = await _operator.GetAsync(path, "Host: evil.example");
        Assert.Equal(HttpStatusCode.Unauthorized, rebound.StatusCode);
        Assert.Contains("host name", WebUtility.HtmlDecode(await rebound.Content.ReadAsStringAsync()), StringComparison.Ordinal);

        // No answer gives another origin leave to read it, or to send what it may not.
        using var read = await _operator.GetAsync(path, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site");
        using var asked = await _operator.SendAsync(HttpMethod.Options, path, null, "Origin: https://evil.example", "Access-Control-Request-Method: POST", $"Access-Control-Request-Headers: {AntiForgery.Header}");
        Assert.DoesNotContain(read.Headers.Concat(asked.Headers), h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        Assert.False(asked.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("dashboard")]
    [InlineData("dashboard/sign-in")]
    [InlineData("dashboard/nowhere")]
    [InlineData("?set-up")]
    [InlineData("why/alpha")]
    public async Task No_page_is_framed(string path)
    {
        using var page = await _operator.GetAsync(path);
        if (path.StartsWith("why", StringComparison.Ordinal) && !page.Headers.Contains("Content-Security-Policy")) return;
        Assert.Contains("frame-ancestors 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site")]
    [InlineData("Origin: https://evil.example")]
    [InlineData("Host: evil.example")]
    public async Task Nobody_is_signed_in_or_out_by_another_site(string header)
    {
        using var fresh = new Browser(_hashgate);
        using (var signIn = await fresh.TryToSignInAsync(Tokens.Ann, "/dashboard", header)) Assert.Equal(HttpStatusCode.Forbidden, signIn.StatusCode);
        Assert.False(fresh.Cookies.ContainsKey("hashgate-session"));
        using (var withoutForm = await fresh.PostAsync("dashboard/sign-in", [("credential", Tokens.Ann)])) Assert.Equal(HttpStatusCode.Forbidden, withoutForm.StatusCode);

        using var signOut = await _operator.PostAsync("dashboard/sign-out", [(AntiForgery.Field, await _operator.FormTokenAsync("dashboard"))], header);
        Assert.NotEqual(HttpStatusCode.SeeOther, signOut.StatusCode);
        Assert.Equal(200, await _operator.StatusAsync("dashboard"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("chunks-2147483647")]
    [InlineData("changed")]
    public async Task Cookie_that_was_made_up_or_changed_is_nobody_s(string cookie)
    {
        var own = _operator.Cookies["hashgate-session"];
        _operator.Cookies["hashgate-session"] = cookie == "changed" ? own[..40] + (own[40] == 'A' ? 'B' : 'A') + own[41..] : cookie;
        Assert.Equal((303, 401), (await _operator.StatusAsync("dashboard"), await _operator.StatusAsync("api/v1/events")));
    }

    [Fact]
    public async Task Report_is_nobody_s_by_name_unless_it_comes_from_a_page_of_ours()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index, Tokens.Settings());
        using var browser = new Browser(hashgate);
        await browser.SignInAsync(Tokens.Ann);
        using var forged = await browser.PostJsonAsync("api/v1/flags", """{"project": "alpha", "reason": "forged"}""");
        using var own = await browser.PostJsonAsync("api/v1/flags", """{"project": "alpha", "reason": "own"}""", $"{AntiForgery.Header}: {await browser.FormTokenAsync("dashboard")}");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (forged.StatusCode, own.StatusCode));
        var reports = (await hashgate.EventsAsync()).Where(e => e.Kind == EventKinds.Flagged).ToDictionary(e => e.Reason!, e => e.Actor);
        Assert.Equal((null, "ann"), (reports["forged"], reports["own"]));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(400, "Sec-Fetch-Site: same-origin")]
    [InlineData(403, "Sec-Fetch-Site: cross-site", "Origin: https://evil.example")]
    [InlineData(403, "Origin: https://evil.example")]
    public async Task Local_viewer_s_browser_does_no_work_for_another_site(int status, params string[] headers)
    {
        await using var hashgate = await RunningHashgate.StartAsync(null);
        using var browser = new Browser(hashgate);
        using var answer = await browser.PostJsonAsync("api/v1/policy/replay", """{"since": "nonsense"}""", headers);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Bearer_needs_no_token_of_a_form()
    {
        using var script = new Browser(_hashgate, "Authorization: Bearer " + Tokens.Bob);
        using var answer = await script.PostJsonAsync("api/v1/waivers", Waiver);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private string Own(string header) => header.Replace("{own}", _hashgate.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal).Replace("{host}", _hashgate.Url.Authority, StringComparison.Ordinal);

    private async Task<string> OfAnnAsync()
    {
        using var ann = new Browser(_hashgate);
        await ann.SignInAsync(Tokens.Ann);
        // Even with Ann's cookie planted beside it.
        var token = await ann.FormTokenAsync("dashboard");
        _operator.Cookies[AntiForgery.Cookie] = ann.Cookies[AntiForgery.Cookie];
        return token;
    }

    private async Task<string> OfNobodyAsync()
    {
        using var nobody = new Browser(_hashgate);
        var token = await nobody.FormTokenAsync("dashboard/sign-in");
        _operator.Cookies[AntiForgery.Cookie] = nobody.Cookies[AntiForgery.Cookie];
        return token;
    }

    private async Task AssertAsync(bool isDone, HttpResponseMessage answer)
    {
        if (isDone)
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            return;
        }
        Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, $"{answer.StatusCode}");
        await AssertUnchangedAsync();
    }

    private async Task AssertUnchangedAsync() =>
        Assert.Empty((await _hashgate.CallAsync(HttpMethod.Get, "api/v1/waivers", token: Tokens.Ann)).Body.GetProperty("waivers").EnumerateArray());
}
