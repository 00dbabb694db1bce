using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Hashgate.Proxy.Hosting;

/// <summary>Writes <c>application/problem+json</c> (RFC 9457), with a Content-Length and nothing that the framework would add.</summary>
internal static class Problem
{
    private static readonly JsonWriterOptions Options = new() { Encoder = ReadableJson.Encoder };

    /// <param name="reasonPhrase">The HTTP/1.1 reason phrase; printable ASCII, checked here once more.</param>
    /// <param name="more">Further members, after the standard ones; null values are left out.</param>
    public static async Task WriteAsync(HttpContext context, int status, string title, string detail, string? reasonPhrase = null, params (string Name, string? Value)[] more)
    {
        var response = context.Response;
        response.StatusCode = status;
        if (reasonPhrase is not null) context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = Core.Serving.RefusalPhrase.PrintableAscii(reasonPhrase);
        response.Headers.CacheControl = "no-store";
        var body = Body(status, title, detail, more);
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] Body(int status, string title, string detail, (string Name, string? Value)[] more)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            foreach (var (name, value) in more)
            {
                if (value is not null) json.WriteString(name, value);
            }
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
