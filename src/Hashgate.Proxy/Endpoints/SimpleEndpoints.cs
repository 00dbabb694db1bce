using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
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

    private static async Task GetPageAsync(HttpContext context, string project, ProjectPages pages, Refusal refusal)
    {
        if (!ProjectName.TryParse(project, out var name))
        {
            await Refusal.WriteMissingAsync(context, "That is no valid project name.");
            return;
        }
        // The route matches with and without the slash and in any spelling; there is one address for a page.
        if (context.Request.Path.Value != $"/simple/{name}/")
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
        switch (await pages.GetAsync(name, context.RequestAborted))
        {
            case PageLookup.Found found:
                if (found.Stale) context.Response.Headers.Warning = "110 hashgate \"stale: the upstream can't be asked\"";
                await PageNegotiation.WriteAsync(context, found.View.Render(!form.Representation.IsHtml(), form.Gzip), form.Representation);
                break;
            case PageLookup.Unavailable unavailable:
                await refusal.WriteUnavailableAsync(context, name.Value, unavailable.Upstream.Name, unavailable.Error);
                break;
            case PageLookup.Missing:
                await Refusal.WriteMissingAsync(context, $"There is no project {name}.");
                break;
        }
    }

    /// <summary>The only query parameter that means anything, if it is one of the known values.</summary>
    private static string Format(HttpRequest request) =>
        Negotiation.Choose(null, request.Query["format"]) is var chosen and not Representation.LegacyHtml and not null
            ? "?format=" + Uri.EscapeDataString(chosen.Value.ContentType())
            : "";
}
