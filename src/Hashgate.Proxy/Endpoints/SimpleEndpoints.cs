using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/simple/&lt;project&gt;/</c> (simple repository API).</summary>
internal static class SimpleEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapSimple(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/simple/{project}/", Methods, GetPageAsync);
    }

    private static async Task GetPageAsync(HttpContext context, string project, ProjectFinder projects)
    {
        if (await ProjectFinder.NameAsync(context, project) is not { } name) return;
        // The route matches with and without the slash and in any spelling; there is one address for a page.
        if (!IsAddressOf(context.Request.Path.Value, name))
        {
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"{context.Request.PathBase}/simple/{name}/{Format(context.Request)}";
            context.Response.Headers.CacheControl = "no-cache";
            return;
        }
        if (PageNegotiation.Choose(context) is not { } form)
        {
            await PageNegotiation.WriteNotAcceptableAsync(context);
            return;
        }
        if (await projects.FindAsync(context, name) is not { } found) return;
        var headers = context.Response.Headers;
        if (found.Stale) headers.Warning = "110 hashgate \"stale: the upstream can't be asked\"";
        if (found.View.LastSerial is { } serial) headers["X-PyPI-Last-Serial"] = serial;
        await PageNegotiation.WriteAsync(context, found.View.Render(!form.Representation.IsHtml(), form.Gzip), form.Representation);
    }

    private static bool IsAddressOf(ReadOnlySpan<char> path, ProjectName name) => path is ['/', 's', 'i', 'm', 'p', 'l', 'e', '/', .. var rest, '/'] && rest.SequenceEqual(name.Value);

    /// <summary>The only query parameter that means anything, if it is one of the known values.</summary>
    private static string Format(HttpRequest request) =>
        Negotiation.Choose(null, request.Query["format"]) is var chosen and not Representation.LegacyHtml and not null
            ? "?format=" + Uri.EscapeDataString(chosen.Value.ContentType())
            : "";
}
