using Hashgate.Core.Upstreams;
using Hashgate.Proxy.ClientTokens;

namespace Hashgate.Proxy.Endpoints;

/// <summary>
/// Takes what installers ask for, in its plain spelling, straight to its handler: the router, and the service scope that its handlers are given, cost more
/// than all else that such a request needs (ADR 21). Other spellings, methods and addresses go through the routes, which end at the same handlers.
/// </summary>
internal static class InstallerPaths
{
    public static IApplicationBuilder UseInstallerPaths(this WebApplication app) => app.Use(next =>
    {
        var projects = app.Services.GetRequiredService<ProjectFinder>();
        var files = app.Services.GetRequiredService<FileAnswers>();
        var gate = app.Services.GetRequiredService<ClientGate>();
        return context =>
        {
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return next(context);
            var path = context.Request.Path.Value!;
            if (SimpleEndpoints.ProjectIn(path) is { IsEmpty: false } project) return gate.Check(context) ?? SimpleEndpoints.GetPageAsync(context, project.ToString(), projects);
            return IsFile(path) ? gate.Check(context) ?? files.GetAsync(context, Upstream.PyPI) : next(context);
        };
    });

    private static bool IsFile(string path) => path.StartsWith("/packages/", StringComparison.Ordinal);
}
