using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Dashboard;

/// <summary>What every page knows of the request it is made for.</summary>
/// <param name="Path">The path and query that were asked for, to come back to.</param>
/// <param name="Up">Leads from the page's address to the folder that <c>dashboard</c> is in, whatever prefix a proxy has put in front of it.</param>
/// <param name="Caller">Who looks.</param>
/// <param name="FormToken">Goes into every form that posts; null where the caller may post none.</param>
/// <param name="Theme"><c>light</c>, <c>dark</c>, or null: as the system has it.</param>
/// <param name="Notice">What came of the act that led here; null for none.</param>
public sealed record Frame(string Path, string Up, Caller Caller, string? FormToken, string? Theme, string? Notice, DateTimeOffset Now)
{
    /// <summary>Whether the page has forms to act with.</summary>
    public bool MayOperate => Caller.Role >= Role.Operate;

    /// <summary>A link to a page of the dashboard.</summary>
    /// <param name="path">Below <c>/dashboard</c>, without a leading slash; empty: the overview.</param>
    public string To(string path) => path.Length == 0 ? $"{Up}dashboard" : path[0] == '?' ? $"{Up}dashboard{path}" : $"{Up}dashboard/{path}";

    /// <summary>A link to any other address of this Hashgate, without a leading slash.</summary>
    public string ToRoot(string path) => Up + (path.Length == 0 && Up.Length == 0 ? "./" : path);

    /// <summary>The frame of a request.</summary>
    public static Frame Of(HttpContext context, Caller caller, string? formToken, DateTimeOffset now)
    {
        return new Frame(
            context.Request.Path.Value + context.Request.QueryString.Value,
            LocalReturn.Up(context),
            caller,
            formToken,
            Themes.Of(context),
            Notices.Find(context.Request.Query["done"]),
            now);
    }
}
