using System.IO.Pipelines;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Reads at an offset of a file; 0 where there is nothing.</summary>
internal delegate int ReadAt(Span<byte> buffer, long offset);

/// <summary>
/// A file's bytes on their way to a client. What the client's socket has not taken yet is all that is held for it, and no more is read before
/// it has (<see cref="Hosting.ClientSockets"/>): large chunks for who takes them at once, small ones for who doesn't.
/// </summary>
internal static class FileBody
{
    /// <summary>Large chunks are put together from blocks of this size: larger arrays are collected rarely and moved never.</summary>
    private const int Block = 64 << 10;

    /// <summary>Up to this size chunks are put together from the connection's own small blocks, which are kept for the next: those of a thousand slow readers would be garbage each.</summary>
    private const int SmallChunk = 32 << 10;

    /// <summary>
    /// Copies exactly <paramref name="count"/> bytes, and returns how many were handed to the connection. Whatever goes wrong resets it: a plain end after a
    /// short body can look like a whole file to an installer.
    /// </summary>
    /// <param name="wait">Waits for bytes at an offset and says how many can be read; none: the file is bad. Null where they are all there.</param>
    public static async Task<long> CopyAsync(HttpContext context, long start, long count, ReadAt read, Func<long, ValueTask<long>>? wait = null)
    {
        var complete = false;
        var sent = 0L;
        try
        {
            var writer = context.Response.BodyWriter;
            var pace = new ChunkPace();
            while (sent < count)
            {
                var there = wait is null ? count - sent : Math.Min(count - sent, await wait(start + sent));
                var filled = there > 0 ? Fill(writer, read, start + sent, (int)Math.Min(there, pace.Chunk)) : 0;
                if (filled == 0) return sent;
                sent += filled;
                var began = Environment.TickCount64;
                if ((await writer.FlushAsync(context.RequestAborted)).IsCompleted) return sent;
                pace.Took(filled, Environment.TickCount64 - began);
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
        return sent;
    }

    private static int Fill(PipeWriter writer, ReadAt read, long offset, int wanted)
    {
        var least = wanted <= SmallChunk ? 0 : Block;
        var filled = 0;
        while (filled < wanted)
        {
            var left = wanted - filled;
            var block = writer.GetSpan(Math.Min(left, least));
            var got = read(block.Length > left ? block[..left] : block, offset + filled);
            if (got <= 0) break;
            writer.Advance(got);
            filled += got;
        }
        return filled;
    }
}
