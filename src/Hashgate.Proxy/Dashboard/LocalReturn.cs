namespace Hashgate.Proxy.Dashboard;

/// <summary>Goes back to a page of the dashboard, and to nothing else, whatever the address says.</summary>
internal static class LocalReturn
{
    private const string Home = "/dashboard";
    private const string Done = "done=";

    /// <summary>A path on this server that begins with <c>/dashboard</c>, else the overview.</summary>
    public static string Check(string? path) =>
        path is not null
        && path.Length <= 2000
        && (path == Home || path.StartsWith(Home + "/", StringComparison.Ordinal) || path.StartsWith(Home + "?", StringComparison.Ordinal))
        && !path.Contains("//", StringComparison.Ordinal)
        && path.All(c => c is > ' ' and <= '~' and not '\\')
            ? path
            : Home;

    /// <summary>303 to it, relative to the request's own address.</summary>
    /// <param name="done">What was done there: a word that <see cref="Notices"/> knows.</param>
    public static IResult To(HttpContext context, string? path, string? done = null) => new SeeOther(Up(context) + With(Check(path), done)[1..]);

    /// <summary>Leads from a request's address to the folder that <c>dashboard</c> is in.</summary>
    public static string Up(HttpContext context) => string.Concat(Enumerable.Repeat("../", context.Request.Path.Value!.Count(c => c == '/') - 1));

    private static string With(string path, string? done)
    {
        if (done is null) return path;
        var parts = path.Split('?', 2);
        // What was done before is told already.
        var fields = (parts.Length > 1 ? parts[1].Split('&') : []).Where(f => f.Length > 0 && !f.StartsWith(Done, StringComparison.Ordinal));
        return $"{parts[0]}?{string.Join('&', [.. fields, Done + done])}";
    }
}
