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

    /// <summary>Escapes any text for an element; control and direction characters become visible, as <c>[U+202E]</c>.</summary>
    public static string Text(string? text) => HtmlEncoder.Default.Encode(Visible(text ?? ""));

    /// <summary>Escapes a text that others wrote, so that its direction turns none of ours around.</summary>
    public static string Foreign(string? text) => $"<bdi>{Text(text)}</bdi>";

    /// <summary>Escapes a value for a quoted attribute as it is.</summary>
    public static string Attribute(string value) => HtmlEncoder.Default.Encode(value);

    /// <summary>Control and direction characters by number: an escaped one would still control and turn around once the browser has read it.</summary>
    public static string Visible(string text)
    {
        if (!text.Any(IsInvisible)) return text;
        var visible = new System.Text.StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '\r' or '\n' or '\t') visible.Append(' ');
            else if (IsInvisible(c)) visible.Append(System.Globalization.CultureInfo.InvariantCulture, $"[U+{(int)c:X4}]");
            else visible.Append(c);
        }
        return visible.ToString();
    }

    /// <summary>A control or direction character, or one that breaks lines.</summary>
    public static bool IsInvisible(char c) => char.GetUnicodeCategory(c) is
        System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
        or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;

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
