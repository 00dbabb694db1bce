using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Puts a file on the wire. Never encoded, never to be kept by a client without asking again.</summary>
internal static class FileResponse
{
    /// <summary>Proven bytes: conditional, and in ranges (RFC 9110, 13 and 14). Returns how many went out.</summary>
    public static async ValueTask<long> WriteProvenAsync(HttpContext context, FileContent.Proven proven)
    {
        var (response, blob) = (context.Response, proven.Blob);
        var etag = $"\"{proven.Digest}\"";
        // A range was asked for before there was anything proven to take it from: the whole answers it, as for a file that streams.
        if (proven.JustNow && context.Request.Headers.Range.Count > 0)
        {
            WriteRecorded(context, blob.Length);
            return await FileBody.CopyAsync(context, 0, blob.Length, blob.Read);
        }
        SetCommonHeaders(response);
        response.Headers.ETag = etag;
        response.Headers.AcceptRanges = "bytes";
        if (EntityTags.AnyMatches(context.Request.Headers.IfNoneMatch, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return 0;
        }

        var range = ByteRange.Read(context.Request, blob.Length, etag);
        if (range.IsUnsatisfiable)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = $"bytes */{blob.Length}";
            response.ContentLength = 0;
            return 0;
        }
        if (range.IsPartial)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {range.Start}-{range.Start + range.Count - 1}/{blob.Length}";
        }
        response.ContentType = "application/octet-stream";
        response.ContentLength = range.Count;
        if (HttpMethods.IsHead(context.Request.Method)) return 0;
        if (blob.InMemory is not { } bytes) return await FileBody.CopyAsync(context, range.Start, range.Count, blob.Read);
        await FinishedBytes.WriteAsync(response.BodyWriter, bytes.Slice((int)range.Start, (int)range.Count));
        return range.Count;
    }

    /// <summary>A file known by its record alone (HEAD): no validator and no ranges, which only proven bytes have.</summary>
    public static void WriteRecorded(HttpContext context, long? length)
    {
        SetCommonHeaders(context.Response);
        context.Response.Headers.AcceptRanges = "none";
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = length;
    }

    /// <summary>Sends the client to the object store. The address is good for minutes and for this client: nobody is to keep it.</summary>
    public static void SendElsewhere(HttpContext context, Uri url)
    {
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = url.AbsoluteUri;
        context.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>A file that is still being fetched; ends complete or in a reset connection. Returns how many bytes went out.</summary>
    public static Task<long> FollowAsync(HttpContext context, FetchFollower follower)
    {
        WriteRecorded(context, follower.Length);
        return FileBody.CopyAsync(context, 0, follower.Length, follower.Read, async offset =>
        {
            // Many follow one fetch: each takes a chunk and goes to the end of the row, or the first ones fill their sockets before the last get a byte.
            if (offset > 0) await Task.Yield();
            return await follower.WaitAsync(offset, context.RequestAborted);
        });
    }

    private static void SetCommonHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
