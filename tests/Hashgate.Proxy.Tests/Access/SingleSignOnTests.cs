using System.Net;
using Hashgate.Core.Events;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Tests.Hosting;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Access;

/// <summary>A proxy that signs people in, and whoever would like to be taken for one.</summary>
public sealed class SingleSignOnTests
{
    private const string Waiver = """{"project": "alpha", "rule": "minimum-age", "reason": "wanted"}""";

    private static readonly (string, string?)[] Groups =
    [
        ("Network:TrustedProxies:0", "127.0.0.1"), ("AllowedHosts:0", "hashgate.example"), ("Admin:SingleSignOn:UserHeader", "X-Remote-User"), ("Admin:SingleSignOn:GroupsHeader", "X-Remote-Groups"),
        ("Admin:SingleSignOn:Viewers:0", "developers"), ("Admin:SingleSignOn:Operators:0", "security"),
    ];

    private static readonly (string, string?)[] Everyone =
        [("Network:TrustedProxies:0", "127.0.0.0/8"), ("Admin:SingleSignOn:UserHeader", "X-Remote-User"), ("Admin:SingleSignOn:Viewers:0", "*")];

    [Theory]
    [InlineData(200, 201, "security")]
    [InlineData(200, 201, "developers, security")]
    [InlineData(200, 403, "developers")]
    [InlineData(200, 403, "others,developers")]
    [InlineData(403, 403, "others")]
    [InlineData(403, 403, "Security")]
    [InlineData(403, 403, "security developers")]
    [InlineData(403, 403, "*")]
    [InlineData(403, 403, "")]
    [InlineData(403, 403, null)]
    public async Task Groups_decide_what_a_user_may(int view, int operate, string? groups)
    {
        await using var hashgate = await StartAsync(Groups);
        string[] headers = ["X-Remote-User: ada@example.org", "Host: hashgate.example", "X-Forwarded-For: 192.0.2.1"];
        using var browser = new Browser(hashgate, groups is null ? headers : [.. headers, "X-Remote-Groups: " + groups]);
        Assert.Equal((view, view), (await browser.StatusAsync("dashboard"), await browser.StatusAsync("api/v1/events")));
        string[] token = view == 200 ? [$"{AntiForgery.Header}: {await browser.FormTokenAsync("dashboard/sign-in")}"] : [];
        using var answer = await browser.PostJsonAsync("api/v1/waivers", Waiver, token);
        Assert.Equal(operate, (int)answer.StatusCode);
        if (operate == 201) Assert.Equal("ada@example.org", Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.Waived).Actor);
    }

    [Fact]
    public async Task Whoever_has_signed_in_may_view_where_the_settings_say_so_and_act_only_from_a_page_of_ours()
    {
        await using var hashgate = await StartAsync([.. Everyone, ("Admin:SingleSignOn:Operators:0", "*")]);
        using var browser = new Browser(hashgate, "X-Remote-User: ada");
        Assert.Equal(200, await browser.StatusAsync("dashboard"));
        using var forged = await browser.PostJsonAsync("api/v1/waivers", Waiver);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        using var crossSite = await browser.PostJsonAsync("api/v1/waivers", Waiver, $"{AntiForgery.Header}: {await browser.FormTokenAsync("dashboard/sign-in")}", "Sec-Fetch-Site: cross-site");
        Assert.Equal(HttpStatusCode.Forbidden, crossSite.StatusCode);
        using var asBob = await browser.PostJsonAsync("api/v1/waivers", Waiver, $"{AntiForgery.Header}: {await browser.FormTokenAsync("dashboard/sign-in")}", "X-Remote-User: bob");
        Assert.Equal(HttpStatusCode.Unauthorized, asBob.StatusCode);
    }

    [Theory]
    [InlineData("X-Remote-User: ")]
    [InlineData("X-Remote-User: ada", "X-Remote-User: bob")]
    [InlineData("X-Remote-User: ada\u202Eadmin")]
    [InlineData("X-Remote-User: ada\u200B")]
    [InlineData("X_Remote_User: ada")]
    [InlineData("X-Remote-Users: ada")]
    [InlineData("Remote-User: ada")]
    [InlineData("X-Remote-User: ada", "Host: evil.example")]
    public async Task Name_that_is_odd_twofold_or_under_another_host_is_nobody_s(params string[] headers)
    {
        await using var hashgate = await StartAsync(Everyone);
        Assert.Equal(401, await StatusAsync(hashgate, headers));
    }

    [Theory]
    [InlineData(SingleSignOn.MaxName, 200)]
    [InlineData(SingleSignOn.MaxName + 1, 401)]
    public async Task Name_is_bounded(int length, int status)
    {
        await using var hashgate = await StartAsync(Everyone);
        Assert.Equal(status, await StatusAsync(hashgate, "X-Remote-User: " + new string('a', length)));
    }

    [Theory]
    [InlineData("X-Remote-User: ada")]
    [InlineData("X-Remote-User: ada", "X-Forwarded-For: 10.1.2.3")]
    [InlineData("X-Remote-User: ada", "X-Forwarded-For: 10.1.2.3", "X-Original-For: 10.1.2.3:4711")]
    [InlineData("X-Remote-User: ada", "Forwarded: for=10.1.2.3")]
    [InlineData("X-Remote-User: ada", "X-Real-IP: 10.1.2.3")]
    public async Task Header_of_anybody_but_the_proxy_means_nothing(params string[] headers)
    {
        // 127.0.0.1, from which the test connects, is no trusted proxy here.
        await using var hashgate = await StartAsync([("Network:TrustedProxies:0", "10.0.0.0/8"), .. Everyone[1..]]);
        Assert.Equal(401, await StatusAsync(hashgate, headers));
    }

    [Fact]
    public async Task Connection_counts_and_not_the_client_that_it_tells_of()
    {
        await using var hashgate = await StartAsync(Everyone);
        Assert.Equal(200, await StatusAsync(hashgate, "X-Remote-User: ada", "X-Forwarded-For: 192.0.2.1"));
        Assert.Equal(200, await StatusAsync(hashgate, "X-Remote-User: ada"));
        Assert.Equal(401, await StatusAsync(hashgate, "X-Forwarded-For: 192.0.2.1"));
    }

    [Fact]
    public async Task Nobody_is_a_viewer_by_being_local_where_a_proxy_signs_people_in()
    {
        await using var hashgate = await RunningHashgate.StartAsync(null, Everyone.ToDictionary(s => s.Item1, s => s.Item2));
        Assert.Equal(401, await StatusAsync(hashgate));
        using var browser = new Browser(hashgate, "X-Remote-User: ada");
        Assert.Equal(200, await browser.StatusAsync("api/v1/events"));
    }

    [Fact]
    public async Task Headers_are_never_passed_on_to_an_upstream()
    {
        await using var index = await FakeIndex.StartAsync();
        index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index, Everyone.ToDictionary(s => s.Item1, s => s.Item2));
        using var browser = new Browser(hashgate, "X-Remote-User: ada-of-the-proxy", "Cookie: hashgate-session=secret", "Authorization: Bearer secret");
        foreach (var path in (string[])["simple/alpha/", "pypi/alpha/json", index.Project("alpha").Files[0].Path[1..], "simple/"]) await browser.StatusAsync(path);
        Assert.NotEmpty(index.Requests.All);
        Assert.DoesNotContain(index.Requests.All.SelectMany(r => r.Headers), h => h.Value.Contains("ada-of-the-proxy", StringComparison.Ordinal) || h.Value.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_that_nobody_could_sign_in_with_are_errors_that_name_what_is_missing()
    {
        Assert.Contains("Network:TrustedProxies is missing", LoadedSettings.Wrong([.. Everyone[1..]]), StringComparison.Ordinal);
        Assert.Contains("UserHeader is missing", LoadedSettings.Wrong(Everyone[0], Everyone[2]), StringComparison.Ordinal);
        Assert.Contains("Viewers and Operators are missing", LoadedSettings.Wrong(Everyone[0], Everyone[1]), StringComparison.Ordinal);
        Assert.Contains("GroupsHeader is missing", LoadedSettings.Wrong(Everyone[0], Everyone[1], ("Admin:SingleSignOn:Viewers:0", "developers")), StringComparison.Ordinal);
        Assert.Contains("another header than UserHeader", LoadedSettings.Wrong([.. Everyone, ("Admin:SingleSignOn:GroupsHeader", "x-remote-user")]), StringComparison.Ordinal);
        Assert.Null(LoadedSettings.Right().Admin.SingleSignOn);
        Assert.Equal(",", LoadedSettings.Right(Everyone).Admin.SingleSignOn!.Separator);
    }

    [Theory]
    [InlineData("Cookie")]
    [InlineData("Authorization")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X_Remote_User")]
    [InlineData("X Remote")]
    public void Header_that_every_browser_sends_or_that_is_none_is_an_error(string header)
    {
        var loaded = LoadedSettings.Of([Everyone[0], ("Admin:SingleSignOn:UserHeader", header), Everyone[2]]);
        Assert.Contains(loaded.Errors, e => e.StartsWith($"Hashgate:Admin:SingleSignOn:UserHeader is '{header}'", StringComparison.Ordinal));
    }

    private static Task<RunningHashgate> StartAsync((string, string?)[] settings) => RunningHashgate.StartAsync(null, Tokens.Settings(settings));

    private static async Task<int> StatusAsync(RunningHashgate hashgate, params string[] headers)
    {
        using var client = new Browser(hashgate, headers);
        return await client.StatusAsync("api/v1/events");
    }
}
