using System.Net.Http.Headers;

namespace Hashgate.Storage.Blobs.S3;

/// <summary><c>Content-Range</c> (RFC 9110, 14.4).</summary>
internal static class ContentRangeHeader
{
    /// <summary>The whole's length in bytes, where the header tells of a range that begins at this offset and goes to the end; else null.</summary>
    public static long? TryReadTotal(string? header, long offset) =>
        ContentRangeHeaderValue.TryParse(header, out var range) && range is { Unit: "bytes", From: { } from, To: { } to, Length: { } length } && from == offset && to == length - 1
            ? length
            : null;
}
