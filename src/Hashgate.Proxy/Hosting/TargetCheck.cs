using Microsoft.AspNetCore.Http.Features;

namespace Hashgate.Proxy.Hosting;

/// <summary>
/// The one check of the raw request target, before routing: no spelling but the plain one reaches a route, since the server would
/// fold dot segments, double slashes and escapes into other paths first.
/// </summary>
internal static class TargetCheck
{
    /// <summary>Answers 400 to every odd target.</summary>
    public static IApplicationBuilder UseTargetCheck(this IApplicationBuilder app) => app.Use(static (context, next) =>
        IsPlain(RawTarget(context))
            ? next(context)
            : Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Odd request target",
                "The path holds something that no address of Hashgate has: an absolute form, an empty or dot segment, a backslash, or an escape other than %2B and %21."));

    // By its type: a generic call through the interface is looked up each time.
    private static string RawTarget(HttpContext context) => ((IHttpRequestFeature)context.Features[typeof(IHttpRequestFeature)]!).RawTarget;

    /// <summary>Whether the path, the query left aside, has one spelling only.</summary>
    public static bool IsPlain(string rawTarget)
    {
        var path = rawTarget.AsSpan();
        var query = path.IndexOf('?');
        if (query >= 0)
        {
            if (path[query..].ContainsAnyExceptInRange('!', '~')) return false;
            path = path[..query];
        }
        if (path.IsEmpty || path[0] != '/') return false;
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c is <= ' ' or > '~' or '\\' or '#' or ';') return false;
            if (c == '%' && !IsAllowedEscape(path[i..])) return false;
            if (c == '/' && IsOddSegment(path[(i + 1)..])) return false;
        }
        return true;
    }

    /// <summary>The two characters of filenames and versions that clients escape.</summary>
    private static bool IsAllowedEscape(ReadOnlySpan<char> text) =>
        text is ['%', '2', 'B' or 'b' or '1', ..];

    /// <summary>Empty or made of dots; the empty one after the last slash is none.</summary>
    private static bool IsOddSegment(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty) return false;
        var end = rest.IndexOf('/');
        var segment = end < 0 ? rest : rest[..end];
        return segment is "" or "." or "..";
    }
}
