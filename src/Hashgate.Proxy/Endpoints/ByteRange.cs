using Microsoft.Net.Http.Headers;

namespace Hashgate.Proxy.Endpoints;

/// <summary>The part of a file that a request wants: one range at most; several are answered with the whole file (RFC 9110, 14.2).</summary>
internal readonly record struct ByteRange(long Start, long Count, bool IsPartial, bool IsUnsatisfiable)
{
    /// <summary>Reads Range and If-Range against a file of this length and validator.</summary>
    public static ByteRange Read(HttpRequest request, long length, string etag)
    {
        var whole = new ByteRange(0, length, false, false);
        var header = request.Headers.Range;
        if (header.Count != 1 || !HttpMethods.IsGet(request.Method)) return whole;
        if (request.Headers.IfRange is { Count: > 0 } ifRange && (ifRange.Count != 1 || ifRange[0] != etag)) return whole;
        if (!RangeHeaderValue.TryParse(header[0], out var parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1) return whole;

        var (from, to) = (parsed.Ranges.First().From, parsed.Ranges.First().To);
        if (from is null)
        {
            var suffix = Math.Min(to!.Value, length);
            return suffix == 0 ? new ByteRange(0, 0, false, true) : new ByteRange(length - suffix, suffix, true, false);
        }
        if (from >= length) return new ByteRange(0, 0, false, true);
        var last = Math.Min(to ?? length - 1, length - 1);
        return new ByteRange(from.Value, last - from.Value + 1, true, false);
    }
}
