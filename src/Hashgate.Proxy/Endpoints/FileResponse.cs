using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Puts a file on the wire. Never encoded, never to be kept by a client without asking again.</summary>
internal static class FileResponse
{
    private const int LargestChunk = 256 << 10;
    private const int SmallestChunk = 16 << 10;

    /// <summary>A client that takes longer for a chunk, in milliseconds, reads slowly.</summary>
    private const long SlowAfter = 50;

    /// <summary>Proven bytes: conditional, and in ranges (RFC 9110, 13 and 14).</summary>
    public static async Task WriteProvenAsync(HttpContext context, FileContent.Proven proven)
    {
        var (response, blob) = (context.Response, proven.Blob);
        var etag = $"\"{proven.Digest}\"";
        // A range was asked for before there was anything proven to take it from: the whole answers it, as for a file that streams.
        if (proven.JustNow && context.Request.Headers.Range.Count > 0)
        {
            WriteRecorded(context, blob.Length);
            await CopyAsync(context, 0, blob.Length, (buffer, offset) => ValueTask.FromResult(blob.Read(buffer.Span, offset)));
            return;
        }
        SetCommonHeaders(response);
        response.Headers.ETag = etag;
        response.Headers.AcceptRanges = "bytes";
        if (EntityTags.AnyMatches(context.Request.Headers.IfNoneMatch, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var range = ByteRange.Read(context.Request, blob.Length, etag);
        if (range.IsUnsatisfiable)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = $"bytes */{blob.Length}";
            response.ContentLength = 0;
            return;
        }
        if (range.IsPartial)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {range.Start}-{range.Start + range.Count - 1}/{blob.Length}";
        }
        response.ContentType = "application/octet-stream";
        response.ContentLength = range.Count;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        if (blob.InMemory is { } bytes) await FinishedBytes.WriteAsync(response.BodyWriter, bytes.Slice((int)range.Start, (int)range.Count));
        else await CopyAsync(context, range.Start, range.Count, (buffer, offset) => ValueTask.FromResult(blob.Read(buffer.Span, offset)));
    }

    /// <summary>A file known by its record alone (HEAD): no validator and no ranges, which only proven bytes have.</summary>
    public static void WriteRecorded(HttpContext context, long? length)
    {
        SetCommonHeaders(context.Response);
        context.Response.Headers.AcceptRanges = "none";
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = length;
    }

    /// <summary>A file that is still being fetched; ends complete or in a reset connection.</summary>
    public static async Task FollowAsync(HttpContext context, FetchFollower follower)
    {
        WriteRecorded(context, follower.Length);
        await CopyAsync(context, 0, follower.Length, async (buffer, offset) =>
        {
            // Many follow one fetch: each takes a chunk and goes to the end of the row, or the first ones fill their sockets before the last get a byte.
            if (offset > 0) await Task.Yield();
            return await follower.ReadAsync(buffer, offset, context.RequestAborted);
        });
    }

    /// <summary>
    /// Copies exactly <paramref name="count"/> bytes: in large chunks to who takes them at once, in small ones to who doesn't, since what a client
    /// has not taken yet stays in memory. Whatever goes wrong resets the connection: a plain end after a short body can look
    /// like a whole file to an installer.
    /// </summary>
    private static async Task CopyAsync(HttpContext context, long start, long count, Func<Memory<byte>, long, ValueTask<int>> read)
    {
        var complete = false;
        try
        {
            var writer = context.Response.BodyWriter;
            var chunk = SmallestChunk;
            for (var sent = 0L; sent < count;)
            {
                var wanted = (int)Math.Min(chunk, count - sent);
                var got = await read(writer.GetMemory(wanted)[..wanted], start + sent);
                if (got <= 0) return;
                writer.Advance(got);
                sent += got;
                var began = Environment.TickCount64;
                if ((await writer.FlushAsync(context.RequestAborted)).IsCompleted) return;
                chunk = Environment.TickCount64 - began > SlowAfter ? SmallestChunk : Math.Min(2 * chunk, LargestChunk);
            }
            complete = true;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
        finally
        {
            if (!complete) context.Abort();
        }
    }

    private static void SetCommonHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
