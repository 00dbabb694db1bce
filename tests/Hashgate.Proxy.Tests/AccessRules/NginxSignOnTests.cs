using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hashgate.Proxy.Tests.Running;

namespace Hashgate.Proxy.Tests.AccessRules;

/// <summary>nginx signs people in for the dashboard, as docs/operations.md tells, with passwords in oauth2-proxy's place.</summary>
[Trait("Needs", "nginx")]
public sealed class NginxSignOnTests : IAsyncLifetime
{
    private const string Locations = """
        location ~ ^/(dashboard|api/v1/events)(/|$) {
            auth_basic dashboard;
            auth_basic_user_file {directory}/users;
            proxy_pass http://{behind};
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Remote-User $remote_user;
        }
        location /api/ {
            proxy_pass http://{behind};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Remote-User "";
        }
        """;

    private RunningHashgate _hashgate = null!;
    private Nginx _nginx = null!;

    public async Task InitializeAsync()
    {
        _hashgate = await RunningHashgate.StartAsync(null, new Dictionary<string, string?>
        {
            ["Network:TrustedProxies:0"] = "127.0.0.1",
            ["Admin:SingleSignOn:UserHeader"] = "X-Remote-User",
            ["Admin:SingleSignOn:Viewers:0"] = "*",
        });
        _nginx = await Nginx.StartAsync(_hashgate.Url, Locations);
    }

    public async Task DisposeAsync()
    {
        await _nginx.DisposeAsync();
        await _hashgate.DisposeAsync();
    }

    [Fact]
    public async Task User_of_the_proxy_views_under_their_own_name_whatever_they_send()
    {
        using var page = await GetAsync("dashboard", signedIn: true, "X-Remote-User: root");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("ada", html, StringComparison.Ordinal);
        Assert.DoesNotContain("root", html, StringComparison.Ordinal);
        using var events = await GetAsync("api/v1/events", signedIn: true);
        Assert.Equal(HttpStatusCode.OK, events.StatusCode);
    }

    [Theory]
    [InlineData("dashboard")]
    [InlineData("api/v1/events")]
    [InlineData("api/v1/waivers")]
    public async Task Whoever_the_proxy_did_not_sign_in_gets_nowhere_by_naming_themselves(string path)
    {
        using var answer = await GetAsync(path, signedIn: false, "X-Remote-User: ada", "X-Remote-User: ada");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private Task<HttpResponseMessage> GetAsync(string path, bool signedIn, params string[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (signedIn) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("ada:secret")));
        foreach (var header in headers) request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        return _nginx.Client.SendAsync(request);
    }
}
