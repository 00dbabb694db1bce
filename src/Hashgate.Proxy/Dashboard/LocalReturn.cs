namespace Hashgate.Proxy.Dashboard;

/// <summary>Goes back to a page of the dashboard, and to nothing else, whatever the address says.</summary>
internal static class LocalReturn
{
    private const string Home = "/dashboard";

    /// <summary>A path on this server that begins with <c>/dashboard</c>, else the overview.</summary>
    public static string Check(string? path) =>
        path is not null
        && path.Length <= 2000
        && (path == Home || path.StartsWith(Home + "/", StringComparison.Ordinal) || path.StartsWith(Home + "?", StringComparison.Ordinal))
        && !path.Contains("//", StringComparison.Ordinal)
        && path.All(c => c is > ' ' and <= '~' and not '\\')
            ? path
            : Home;

    /// <summary>303 to it, relative to an address right below <c>/dashboard/</c>.</summary>
    public static IResult To(string? path) => new SeeOther(".." + Check(path));
}
