using System.Net;
using System.Text.Json.Nodes;
using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.PassThrough;
using Hashgate.Proxy.Tests.Upstreams;
using Hashgate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Hashgate.Proxy.Tests.PassThrough;

public sealed class JsonPassThroughTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly TaskCompletionSource<PassThroughResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private UpstreamBench _bench = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _bench = await UpstreamBench.StartAsync((u, _) => u with { Username = "me", Password = "secret" });
        _bench.Index.Add(TestWheel.Build("sample", "2.0"));
        _bench.File.Provenance = """{"version": 1, "attestation_bundles": []}""";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        _app = builder.Build();
        var passThrough = new JsonPassThrough(_app.Services.GetRequiredService<IHttpForwarder>(), _bench.Client, TimeProvider.System);
        _app.MapGet("/pypi/{project}/json", async (HttpContext context, string project) =>
            Done(context, await passThrough.LegacyJsonAsync(context, _bench.Upstream, ProjectName.Parse(project), null, LegacyJsonTests.Allow("1.0"))));
        _app.MapGet("/pypi/{project}/{version}/json", async (HttpContext context, string project, string version) =>
            Done(context, await passThrough.LegacyJsonAsync(context, _bench.Upstream, ProjectName.Parse(project), version, LegacyJsonTests.Allow("1.0"))));
        _app.MapGet("/integrity/{project}/{version}/{file}/provenance", async (HttpContext context, string project, string version, string file) =>
            Done(context, await passThrough.ProvenanceAsync(context, _bench.Upstream, ProjectName.Parse(project), version, file)));
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _bench.DisposeAsync();
    }

    public void Dispose() => _client.Dispose();

    private void Done(HttpContext context, PassThroughResult result)
    {
        // Whatever wasn't sent is the caller's to answer: this one marks it.
        if (result is not PassThroughResult.Sent)
        {
            Assert.False(context.Response.HasStarted);
            Assert.Equal(200, context.Response.StatusCode);
            context.Response.StatusCode = 504;
        }
        _result.TrySetResult(result);
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _app.Urls.Single() + path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer client");
        request.Headers.TryAddWithoutValidation("Cookie", "client=1");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "10.1.1.1");
        request.Headers.TryAddWithoutValidation("If-None-Match", "\"x\"");
        request.Headers.TryAddWithoutValidation("Range", "bytes=0-10");
        return await _client.SendAsync(request);
    }

    [Fact]
    public async Task Legacy_json_tells_of_allowed_files_with_the_info_of_their_version()
    {
        using var response = await GetAsync("/pypi/sample/json?x=1");
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("1.0", json["info"]!["version"]!.ToString());
        Assert.Equal("A sample for tests", json["info"]!["summary"]!.ToString());
        Assert.Equal(["1.0"], json["releases"]!.AsObject().Select(r => r.Key));
        Assert.Equal("https://gate.example/packages/" + _bench.Wheel.Filename, json["urls"]![0]!["url"]!.ToString());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        Assert.False(response.Headers.Contains("X-PyPI-Last-Serial"));
        Assert.Equal(["/pypi/sample/json", "/pypi/sample/1.0/json"], _bench.Index.Requests.All.Select(r => r.Target));
    }

    [Fact]
    public async Task Request_carries_nothing_of_the_client_upstream()
    {
        (await GetAsync("/pypi/sample/1.0/json")).Dispose();
        var seen = _bench.Index.Requests.All.Single();
        Assert.Equal(["Accept", "Accept-Encoding", "Authorization", "Host", "User-Agent"], seen.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.StartsWith("Basic ", seen["Authorization"], StringComparison.Ordinal);
        Assert.StartsWith("Hashgate/", seen["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Legacy_json_of_a_refused_version_is_not_told()
    {
        using var response = await GetAsync("/pypi/sample/2.0/json");
        Assert.IsType<PassThroughResult.NothingAllowed>(await _result.Task);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Provenance_is_passed_on_under_its_own_type()
    {
        using var response = await GetAsync($"/integrity/sample/1.0/{_bench.File.Filename}/provenance");
        Assert.Equal(_bench.File.Provenance, await response.Content.ReadAsStringAsync());
        Assert.Equal("application/vnd.pypi.integrity.v1+json", response.Content.Headers.ContentType?.MediaType);
    }

    public static TheoryData<string, Fault, FetchErrorKind> Faults => new()
    {
        { "404", Fault.Status(404), FetchErrorKind.Gone },
        { "500", Fault.Status(500), FetchErrorKind.BadStatus },
        { "redirect away", Fault.Redirect("http://169.254.169.254/"), FetchErrorKind.Forbidden },
        { "short body", Fault.Truncate(20), FetchErrorKind.Unreachable },
        { "reset", Fault.Drop(-1), FetchErrorKind.Unreachable },
        { "cut JSON", Fault.Cut(20), FetchErrorKind.Malformed },
        { "a key twice", Fault.Replace("{\"info\": 1, \"info\": 2}"u8.ToArray()), FetchErrorKind.Malformed },
        { "bad gzip", Fault.BadGzip(), FetchErrorKind.Malformed },
        { "gzip bomb", Fault.GzipBomb(70_000_000), FetchErrorKind.TooLarge },
        { "huge headers", Fault.Header("X-Long", new string('x', 100_000)), FetchErrorKind.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Legacy_json_that_is_broken_leaves_the_answer_to_the_caller(string what, Fault fault, FetchErrorKind kind)
    {
        _bench.Index.Faults.Always("/pypi/sample/json", fault);
        using var response = await GetAsync("/pypi/sample/json");
        var error = Assert.IsType<PassThroughResult.Failed>(await _result.Task).Error;
        Assert.True(kind == error.Kind, $"{what}: {error}");
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("Gateway Timeout", response.ReasonPhrase);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Legacy_json_whose_second_answer_fails_tells_less_and_nothing_false()
    {
        _bench.Index.Faults.Always("/pypi/sample/1.0/json", Fault.Status(500));
        using var response = await GetAsync("/pypi/sample/json");
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("1.0", json["info"]!["version"]!.ToString());
        Assert.Null(json["info"]!["summary"]);
    }
}
