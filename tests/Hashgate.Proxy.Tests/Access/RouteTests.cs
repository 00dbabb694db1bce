using Hashgate.Proxy.Access;
using Hashgate.Proxy.Tests.Running;
using Microsoft.AspNetCore.Routing;

namespace Hashgate.Proxy.Tests.Access;

/// <summary>The contract's access table over every route there is: a new one is asked for its row.</summary>
public sealed class RouteTests : IAsyncLifetime
{
    /// <summary>What anyone may: install, read why, report, check a lock file, see whether the server lives, and come to the sign-in.</summary>
    private static readonly string[] ForAnyone =
    [
        "GET /", "GET|HEAD /simple/", "GET|HEAD /simple/{project}/", "GET|HEAD /packages/{**path}", "GET|HEAD /files/{upstream}/{**path}", "GET /pypi/{project}/json", "GET /pypi/{project}/{version}/json",
        "GET /integrity/{project}/{version}/{filename}/provenance", "GET /why/{project}", "GET /why/{project}/{version}", "POST /why/{project}", "POST /why/{project}/{version}", "POST /api/v1/flags/",
        "POST /api/v1/check", "GET /healthz", "GET /readyz", "GET /metrics", "GET /dashboard/assets/{file}", "GET /dashboard/theme", "GET /dashboard/sign-in", "POST /dashboard/sign-in", " {**path}",
    ];

    /// <summary>What viewers may although it isn't a GET: it changes nothing that anybody else sees.</summary>
    private static readonly string[] PostsForViewers = ["POST /api/v1/policy/replay", "POST /dashboard/sign-out", "POST /dashboard/policy"];

    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync() => _hashgate = await RunningHashgate.StartAsync(null, Tokens.Settings());

    public async Task DisposeAsync() => await _hashgate.DisposeAsync();

    private IEnumerable<RouteEndpoint> Endpoints => _hashgate.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void Every_route_is_for_anyone_by_the_table_or_asks_for_a_role()
    {
        var open = Endpoints.Where(e => Least(e) == Role.None).Select(Name).Distinct().Except(ForAnyone);
        Assert.Empty(open);
    }

    [Fact]
    public void Whatever_writes_is_for_operators()
    {
        var writing = Endpoints.Where(e => Least(e) == Role.View && !Methods(e).All(static m => m is "GET" or "HEAD")).Select(Name).Distinct().Except(PostsForViewers);
        Assert.Empty(writing);
    }

    [Fact]
    public async Task Each_route_with_a_role_keeps_out_who_may_less()
    {
        using var anyone = new Browser(_hashgate);
        using var viewer = new Browser(_hashgate, "Authorization: Bearer " + Tokens.Ann);
        foreach (var endpoint in Endpoints.Where(e => Least(e) != Role.None))
        {
            foreach (var method in Methods(endpoint))
            {
                var path = Path(endpoint);
                var isPage = path.StartsWith("dashboard", StringComparison.Ordinal) && method is "GET" or "HEAD";
                using var denied = await anyone.SendAsync(new HttpMethod(method), path, null);
                Assert.True((int)denied.StatusCode == (isPage ? 303 : 401), $"{method} {path}: {denied.StatusCode} to anyone");
                if (Least(endpoint) != Role.Operate) continue;
                using var forbidden = await viewer.SendAsync(new HttpMethod(method), path, null);
                Assert.True((int)forbidden.StatusCode == 403, $"{method} {path}: {forbidden.StatusCode} to a viewer");
            }
        }
    }

    private static Role Least(RouteEndpoint endpoint) => endpoint.Metadata.GetOrderedMetadata<RequiredRole>().Select(r => r.Least).DefaultIfEmpty(Role.None).Max();

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];

    private static string Name(RouteEndpoint endpoint) => $"{string.Join('|', Methods(endpoint))} {endpoint.RoutePattern.RawText}";

    /// <summary>An address of the route, each parameter filled in.</summary>
    private static string Path(RouteEndpoint endpoint) =>
        string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "alpha"))));
}
