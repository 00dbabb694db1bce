using Hashgate.Core.Upstreams;

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
        return context =>
        {
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return next(context);
            var path = context.Request.Path.Value!;
            if (Project(path) is { } project) return SimpleEndpoints.GetPageAsync(context, project, projects);
            return IsFile(path) ? files.GetAsync(context, Upstream.PyPI) : next(context);
        };
    });

    /// <summary>What stands for the project in <c>/simple/&lt;project&gt;/</c>.</summary>
    private static string? Project(string path) =>
        path.AsSpan() is ['/', 's', 'i', 'm', 'p', 'l', 'e', '/', .. { Length: > 0 } project, '/'] && !project.Contains('/') ? project.ToString() : null;

    private static bool IsFile(string path) => path.StartsWith("/packages/", StringComparison.Ordinal);
}
