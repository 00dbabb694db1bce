using System.Net;
using System.Text;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.AccessRules;

/// <summary>Who may see and who may change: the access table, with and without configured tokens.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private const string Viewer = "viewer-token-0123456789";
    private const string Operator = "operator-token-0123456789";

    private static readonly Dictionary<string, string?> Tokens = new()
    {
        ["Admin:Tokens:ann:Value"] = Viewer,
        ["Admin:Tokens:ann:Role"] = "view",
        ["Admin:Tokens:bob:Value"] = Operator,
        ["Admin:Tokens:bob:Role"] = "operate",
    };

    private static readonly string[] ForViewers = ["api/v1/events", "api/v1/trust/alpha", "api/v1/trust/", "api/v1/trust/-/diff", "api/v1/waivers", "api/v1/flags"];
    private static readonly string[] ForOperators = ["api/v1/trust/alpha/accept", "api/v1/trust/-/accept", "api/v1/trust/-/import", "api/v1/trust/-/restore", "api/v1/waivers"];

    private FakeIndex _index = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _index.Add(TestWheel.Build("alpha", "1.0"));
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    private Task<RunningHashgate> StartAsync(bool withTokens) => RunningHashgate.StartAsync(_index, withTokens ? Tokens : null);

    private static async Task<HttpStatusCode> GetAsync(RunningHashgate hashgate, string path, params string[] headers)
    {
        using var answer = await hashgate.GetAsync(path, headers);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> PostAsync(RunningHashgate hashgate, string path, params string[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent("""{"reason": "because", "filename": "alpha-1.0-py3-none-any.whl", "sha256": "nonsense", "upstream": "pypi"}""", Encoding.UTF8, "application/json");
        foreach (var header in headers) request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        return await hashgate.Client.SendAsync(request);
    }

    [Fact]
    public async Task Anyone_may_install_and_read_why()
    {
        await using var hashgate = await StartAsync(withTokens: true);
        foreach (var path in (string[])["simple/", "simple/alpha/", _index.Project("alpha").Files[0].Path[1..], "pypi/alpha/json", "why/alpha/1.0", "healthz", "readyz", ""])
            Assert.Equal(HttpStatusCode.OK, await GetAsync(hashgate, path));
    }

    [Theory]
    [InlineData(null, 401, 401)]
    [InlineData("Bearer " + Viewer, 200, 403)]
    [InlineData("bearer  " + Viewer, 200, 403)]
    [InlineData("Bearer " + Operator, 200, 0)]
    [InlineData("Bearer " + Viewer + "x", 401, 401)]
    [InlineData("Bearer ", 401, 401)]
    [InlineData("Bearer nonsense", 401, 401)]
    [InlineData("Basic dmlld2VyOnZpZXdlci10b2tlbi0wMTIzNDU2Nzg5", 401, 401)]
    [InlineData(Operator, 401, 401)]
    public async Task Token_decides_what_its_holder_may_do(string? authorization, int view, int operate)
    {
        await using var hashgate = await StartAsync(withTokens: true);
        string[] headers = authorization is null ? [] : ["Authorization: " + authorization];
        foreach (var path in ForViewers) Assert.Equal(view, (int)await GetAsync(hashgate, path, headers));
        foreach (var path in ForOperators)
        {
            using var answer = await PostAsync(hashgate, path, headers);
            // Whoever is let in is told what is wrong with what they sent.
            if (operate == 0) Assert.True((int)answer.StatusCode is 200 or 400 or 409 or 415, $"{path}: {answer.StatusCode}");
            else Assert.Equal(operate, (int)answer.StatusCode);
            if (operate == 401) Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }
    }

    [Fact]
    public async Task Token_in_a_query_a_cookie_or_another_header_means_nothing()
    {
        await using var hashgate = await StartAsync(withTokens: true);
        foreach (var query in (string[])["token", "access_token", "Authorization", "api_key"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(hashgate, $"api/v1/events?{query}={Operator}"));
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(hashgate, $"api/v1/events?{query}=Bearer+{Operator}"));
        }
        foreach (var header in (string[])["Cookie: token=", "X-Api-Key: ", "X-Authorization: Bearer ", "Proxy-Authorization: Bearer "])
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(hashgate, "api/v1/events", header + Operator));
    }

    [Fact]
    public async Task Configured_tokens_leave_nobody_a_viewer_by_being_local()
    {
        await using var hashgate = await StartAsync(withTokens: true);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(hashgate, "api/v1/events"));
        Assert.False(File.Exists(Path.Combine(hashgate.DataDirectory, "admin-token")));
    }

    [Fact]
    public async Task Without_tokens_the_generated_one_operates_and_local_viewers_only_view()
    {
        await using var hashgate = await StartAsync(withTokens: false);
        foreach (var path in ForViewers) Assert.Equal(HttpStatusCode.OK, await GetAsync(hashgate, path));
        foreach (var path in ForOperators)
        {
            using (var denied = await PostAsync(hashgate, path)) Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
            using var operates = await PostAsync(hashgate, path, "Authorization: Bearer " + hashgate.AdminToken);
            Assert.True((int)operates.StatusCode is 200 or 400 or 409 or 415, $"{path}: {operates.StatusCode}");
        }
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(hashgate.DataDirectory, "admin-token")));
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("localhost:8080", 200)]
    [InlineData("127.0.0.1:8080", 200)]
    [InlineData("[::1]:8080", 200)]
    [InlineData("evil.example", 401)]
    [InlineData("localhost.evil.example", 401)]
    [InlineData("127.0.0.1.nip.example", 401)]
    [InlineData("0.0.0.0", 401)]
    [InlineData("hashgate", 401)]
    public async Task Local_viewer_is_one_who_typed_a_local_host(string host, int status)
    {
        await using var hashgate = await StartAsync(withTokens: false);
        Assert.Equal(status, (int)await GetAsync(hashgate, "api/v1/events", "Host: " + host));
    }

    [Theory]
    [InlineData("X-Forwarded-For: 127.0.0.1")]
    [InlineData("X-Forwarded-Host: localhost")]
    [InlineData("X-Forwarded-Proto: http")]
    [InlineData("Forwarded: for=127.0.0.1")]
    [InlineData("X-Real-IP: 127.0.0.1")]
    [InlineData("Via: 1.1 proxy")]
    public async Task Forwarded_request_is_no_local_one(string header)
    {
        await using var hashgate = await StartAsync(withTokens: false);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(hashgate, "api/v1/events", header));
        await using var trusting = await RunningHashgate.StartAsync(_index, new Dictionary<string, string?> { ["Network:TrustedProxies:0"] = "127.0.0.1" });
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(trusting, "api/v1/events", header));
    }
}
