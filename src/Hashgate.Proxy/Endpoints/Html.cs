using System.Text.Encodings.Web;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Small pages for people: readable without style, no script, nothing loaded from elsewhere, every string escaped.</summary>
internal static class Html
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}pre,code{font-family:ui-monospace,monospace}pre{padding:.75rem;border:1px solid;overflow:auto}" +
        "table{border-collapse:collapse;width:100%}td,th{border:1px solid;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#9cf}}";

    private static readonly string StyleHash =
        Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Style)));

    /// <summary>Escapes any text for an element or a quoted attribute; control and direction characters become visible.</summary>
    public static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    /// <summary>Writes a page.</summary>
    /// <param name="body">HTML, its texts escaped already.</param>
    public static async Task WriteAsync(HttpContext context, int status, string title, string body)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(
            $"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(title)}</title><style>{Style}</style></head>\n<body>\n{body}\n</body>\n</html>\n");
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'sha256-{StyleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
