using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Hashgate.Testing;

/// <summary>An answer before it is sent, for a <see cref="Fault"/> to spoil.</summary>
public sealed record Reply(int Status, byte[] Body, string? ContentType = null)
{
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public Reply With(string header, string value)
    {
        var headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) { [header] = value };
        return this with { Headers = headers };
    }

    public static Reply Text(int status, string text) => new(status, System.Text.Encoding.UTF8.GetBytes(text), "text/plain");

    /// <summary>Sends it as an honest server does.</summary>
    public static async Task SendAsync(HttpContext context, Reply reply)
    {
        reply.WriteHead(context, reply.Body.Length);
        if (context.Request.Method != HttpMethods.Head && reply.Body.Length > 0)
            await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }

    /// <summary>Sets status and headers; a null length means chunked.</summary>
    public void WriteHead(HttpContext context, long? length)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = ContentType;
        if (Status is not (204 or 304)) context.Response.ContentLength = length;
        foreach (var (name, value) in Headers) context.Response.Headers[name] = value;
    }

    /// <summary>The head and body as they go over the wire, for answers that Kestrel itself would never send.</summary>
    public byte[] ToWire(long contentLength)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} Answer\r\nContent-Length: {contentLength}\r\n");
        if (ContentType is not null) head += $"Content-Type: {ContentType}\r\n";
        head += string.Concat(Headers.Select(h => $"{h.Key}: {h.Value}\r\n"));
        return [.. System.Text.Encoding.Latin1.GetBytes(head + "\r\n"), .. Body];
    }
}
