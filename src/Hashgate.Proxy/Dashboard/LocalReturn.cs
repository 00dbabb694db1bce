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

    /// <summary>Back to it after an act, to say what came of it.</summary>
    /// <param name="done">A word of <see cref="Notices"/>.</param>
    public static IResult After(string? path, string done)
    {
        var back = Check(path);
        var query = back.IndexOf('?', StringComparison.Ordinal);
        // What came of an earlier act is no news any more.
        var kept = query < 0 ? [] : back[(query + 1)..].Split('&').Where(p => p.Length > 0 && !p.StartsWith("done=", StringComparison.Ordinal)).ToArray();
        // One folder deeper than where To leads back from.
        return new SeeOther("../.." + (query < 0 ? back : back[..query]) + "?" + string.Join('&', [.. kept, "done=" + done]));
    }

    /// <summary>303 to it, relative to an address right below <c>/dashboard/</c>.</summary>
    public static IResult To(string? path) => new SeeOther(".." + Check(path));
}
