using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/simple/&lt;project&gt;/</c> (simple repository API).</summary>
internal static class SimpleEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapSimple(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/simple/{project}/", Methods, GetPageAsync);
    }

    /// <summary>Answers with a project's page. One that is in memory takes no detour: no waiting, no state to keep for it.</summary>
    public static Task GetPageAsync(HttpContext context, string project, ProjectFinder projects)
    {
        if (!ProjectName.TryParse(project, out var name)) return ProjectFinder.WriteNoNameAsync(context);
        // The route matches with and without the slash and in any spelling; there is one address for a page.
        if (!ProjectIn(context.Request.Path.Value).SequenceEqual(name.Value)) return Redirect(context, name);
        if (PageNegotiation.Choose(context) is not { } form) return PageNegotiation.WriteNotAcceptableAsync(context);
        return projects.Fresh(name) is { } found ? WriteAsync(context, found, form, AnswerNote.PageHit) : AskAsync(context, name, form, projects);
    }

    private static async Task AskAsync(HttpContext context, ProjectName name, PageForm form, ProjectFinder projects)
    {
        var asked = projects.Now;
        if (await projects.FindAsync(context, name) is not { } found) return;
        await WriteAsync(context, found, form, found.Stale ? AnswerNote.PageStale : found.View.Snapshot.FetchedAt >= asked ? AnswerNote.PageMiss : AnswerNote.PageHit);
    }

    private static Task WriteAsync(HttpContext context, PageLookup.Found found, PageForm form, AnswerNote note)
    {
        var headers = context.Response.Headers;
        if (found.Stale) headers.Warning = "110 hashgate \"stale: the upstream can't be asked\"";
        if (found.View.LastSerial is { } serial) headers["X-PyPI-Last-Serial"] = serial;
        var writing = PageNegotiation.WriteAsync(context, found.View.Render(!form.Representation.IsHtml(), form.Gzip), form.Representation);
        // Last: after a change of features the framework looks up all that it knew of them.
        note.Put(context);
        return writing;
    }

    private static Task Redirect(HttpContext context, ProjectName name)
    {
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.Headers.Location = $"{context.Request.PathBase}/simple/{name}/{Format(context.Request)}";
        context.Response.Headers.CacheControl = "no-cache";
        return Task.CompletedTask;
    }

    /// <summary>What stands for the project in <c>/simple/&lt;project&gt;/</c>; nothing in other paths.</summary>
    public static ReadOnlySpan<char> ProjectIn(ReadOnlySpan<char> path) => path is ['/', 's', 'i', 'm', 'p', 'l', 'e', '/', .. var project, '/'] && !project.Contains('/') ? project : default;

    /// <summary>The only query parameter that means anything, if it is one of the known values.</summary>
    private static string Format(HttpRequest request) =>
        Negotiation.Choose(null, request.Query["format"]) is var chosen and not Representation.LegacyHtml and not null
            ? "?format=" + Uri.EscapeDataString(chosen.Value.ContentType())
            : "";
}
