namespace Hashgate.Proxy.Telemetry;

/// <summary>Which route a path belongs to, whether or not there is something at it.</summary>
internal static class RoutePaths
{
    public static Route Of(string path)
    {
        if (path is "/simple" or "/simple/") return Route.List;
        if (Under(path, "/simple/")) return Route.Page;
        if (Under(path, "/packages/") || Under(path, "/files/")) return path.EndsWith(Core.Serving.FileLookup.MetadataSuffix, StringComparison.Ordinal) ? Route.Metadata : Route.File;
        if (Under(path, "/pypi/")) return Route.Json;
        if (Under(path, "/integrity/")) return Route.Provenance;
        if (Under(path, "/why/")) return Route.Why;
        if (Under(path, "/api/")) return Route.Api;
        if (path == "/dashboard" || Under(path, "/dashboard/")) return Route.Dashboard;
        if (path is "/healthz" or "/readyz") return Route.Health;
        return path == "/metrics" ? Route.Metrics : Route.Other;
    }

    private static bool Under(string path, string folder) => path.StartsWith(folder, StringComparison.Ordinal);
}
