using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>The form in which a client gets an index page.</summary>
internal readonly record struct PageForm(Representation Representation, bool Gzip);

/// <summary>Chooses the form that a client wants an index page in, and writes finished bytes.</summary>
internal static class PageNegotiation
{
    private static Chosen? _last;

    /// <summary>Null where the client accepts no form of ours.</summary>
    public static PageForm? Choose(HttpContext context)
    {
        var request = context.Request;
        string? accept = request.Headers.Accept, encoding = request.Headers.AcceptEncoding;
        if (request.QueryString.HasValue) return Choose(accept, encoding, request.Query["format"]);
        // Nearly all clients are the same few installers: what the last one got is right for the next, where they say the same.
        if (_last is not { } last || last.Accept != accept || last.Encoding != encoding) _last = last = new Chosen(accept, encoding, Choose(accept, encoding, null));
        return last.Form;
    }

    private static PageForm? Choose(string? accept, string? encoding, string? format) =>
        Negotiation.Choose(accept, format) is { } representation ? new PageForm(representation, ContentCodings.Choose(encoding) == ContentCoding.Gzip) : null;

    /// <summary>What was chosen for these headers.</summary>
    private sealed record Chosen(string? Accept, string? Encoding, PageForm? Form);

    public static Task WriteNotAcceptableAsync(HttpContext context)
    {
        context.Response.Headers.Vary = "Accept, Accept-Encoding";
        return Problem.WriteAsync(context, StatusCodes.Status406NotAcceptable, "Not acceptable",
            $"Index pages are served as {Representations.JsonType}, {Representations.HtmlType} and {Representations.LegacyHtmlType}.");
    }

    /// <summary>Writes a page, or 304 where the client has these very bytes.</summary>
    public static Task WriteAsync(HttpContext context, RenderedPage page, Representation representation)
    {
        var response = context.Response;
        response.Headers.ETag = page.ETag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (EntityTags.AnyMatches(context.Request.Headers.IfNoneMatch, page.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = representation.ContentType();
        if (page.Gzip) response.Headers.ContentEncoding = "gzip";
        response.ContentLength = page.Body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : FinishedBytes.WriteAsync(response.BodyWriter, page.Body);
    }
}
