using System.IO.Compression;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hashgate.Testing;

/// <summary>
/// One way in which an index can be wrong. It acts at three places: on the whole content before ranges and compression are
/// applied, on the finished answer, and on how that is sent.
/// </summary>
public sealed record Fault
{
    public Func<byte[], byte[]> Content { get; init; } = static content => content;
    public Func<Reply, Reply> Change { get; init; } = static reply => reply;
    public Func<HttpContext, Reply, Task>? Send { get; init; }

    /// <summary>Both, this one first; the later way of sending wins.</summary>
    public Fault And(Fault next) => new()
    {
        Content = content => next.Content(Content(content)),
        Change = reply => next.Change(Change(reply)),
        Send = next.Send ?? Send,
    };

    /// <summary>No fault: takes a turn of the script.</summary>
    public static readonly Fault None = new();

    /// <summary>Another status, with a short body.</summary>
    public static Fault Status(int status, string? retryAfter = null) => new()
    {
        Change = _ => retryAfter is null ? Reply.Text(status, "fault") : Reply.Text(status, "fault").With("Retry-After", retryAfter),
    };

    public static Fault Redirect(string location, int status = 302) => new() { Change = _ => Reply.Text(status, "").With("Location", location) };

    public static Fault Header(string name, string value) => new() { Change = reply => reply.With(name, value) };

    public static Fault ContentType(string type) => new() { Change = reply => reply with { ContentType = type } };

    /// <summary>Turns one bit of one byte; a negative offset counts from the end.</summary>
    public static Fault Tamper(int offset = -1) => new()
    {
        Content = content =>
        {
            var spoiled = (byte[])content.Clone();
            spoiled[offset < 0 ? spoiled.Length + offset : offset] ^= 1;
            return spoiled;
        },
    };

    public static Fault Replace(byte[] bytes) => new() { Content = _ => bytes };

    /// <summary>Bytes behind the end, with a Content-Length that counts them.</summary>
    public static Fault Junk(int count) => new() { Content = content => [.. content, .. TestWheel.Noise(count, 7)] };

    /// <summary>Only the first bytes, with a Content-Length that agrees: a cut that HTTP doesn't show.</summary>
    public static Fault Cut(int count) => new() { Content = content => content[..Math.Min(count, content.Length)] };

    /// <summary>The whole Content-Length promised, the first bytes sent, then a plain end of the connection.</summary>
    public static Fault Truncate(int count) => Lengthen(reply => reply.Body.Length, count);

    /// <summary>More promised than there is, all of it sent, then a plain end.</summary>
    public static Fault LongerLength(int by) => Lengthen(reply => reply.Body.Length + by, int.MaxValue);

    /// <summary>Less promised than is sent.</summary>
    public static Fault ShorterLength(int by) => new()
    {
        Send = (context, reply) => SendRawAsync(context, reply.ToWire(reply.Body.Length - by)),
    };

    /// <summary>Exactly these bytes instead of an HTTP answer, then a plain end.</summary>
    public static Fault Raw(byte[] wire) => new() { Send = (context, _) => SendRawAsync(context, wire) };

    /// <summary>A reset after so many bytes of body; a negative count: before the head.</summary>
    public static Fault Drop(int count) => new()
    {
        Send = async (context, reply) =>
        {
            // Past Kestrel, which would take back with the reset what it has not sent yet.
            if (count >= 0) await SocketOf(context).SendAsync((reply with { Body = reply.Body[..Math.Min(count, reply.Body.Length)] }).ToWire(reply.Body.Length), context.RequestAborted);
            context.Abort();
        },
    };

    /// <summary>Nothing until the gate opens, then the answer.</summary>
    public static Fault HoldHead(Gate gate) => new()
    {
        Send = async (context, reply) =>
        {
            await gate.PassAsync(context.RequestAborted);
            await Reply.SendAsync(context, reply);
        },
    };

    /// <summary>The head and so many bytes, then nothing until the gate opens, then the rest.</summary>
    public static Fault HoldBody(int count, Gate gate) => new()
    {
        Send = async (context, reply) =>
        {
            reply.WriteHead(context, reply.Body.Length);
            await context.Response.Body.WriteAsync(reply.Body.AsMemory(0, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await gate.PassAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(reply.Body.AsMemory(count), context.RequestAborted);
        },
    };

    /// <summary>No Content-Length.</summary>
    public static Fault Chunked() => new()
    {
        Send = async (context, reply) =>
        {
            reply.WriteHead(context, null);
            await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
        },
    };

    /// <summary>A body in pieces with a pause before each.</summary>
    public static Fault Slow(int piece, TimeSpan pause) => new()
    {
        Send = async (context, reply) =>
        {
            reply.WriteHead(context, reply.Body.Length);
            for (var at = 0; at < reply.Body.Length; at += piece)
            {
                await Task.Delay(pause, context.RequestAborted);
                await context.Response.Body.WriteAsync(reply.Body.AsMemory(at, Math.Min(piece, reply.Body.Length - at)), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        },
    };

    /// <summary>A pause before the answer.</summary>
    public static Fault Delay(TimeSpan pause) => new()
    {
        Send = async (context, reply) =>
        {
            await Task.Delay(pause, context.RequestAborted);
            await Reply.SendAsync(context, reply);
        },
    };

    /// <summary>A compressed body, asked for or not.</summary>
    public static Fault Gzip() => new() { Change = reply => reply.With("Content-Encoding", "gzip") with { Body = Compress(reply.Body) } };

    /// <summary>Says gzip; isn't.</summary>
    public static Fault BadGzip() => new() { Change = reply => reply.With("Content-Encoding", "gzip") with { Body = TestWheel.Noise(2000, 3) } };

    /// <summary>A gzip stream whose end is missing, under a Content-Length that agrees with what is sent.</summary>
    public static Fault CutGzip(int missing) => new()
    {
        Change = reply => reply.With("Content-Encoding", "gzip") with { Body = Compress(reply.Body)[..^missing] },
    };

    /// <summary>A few bytes that unpack to so many blanks.</summary>
    public static Fault GzipBomb(int unpacked) => new()
    {
        Change = reply =>
        {
            var blanks = new byte[unpacked];
            blanks.AsSpan().Fill((byte)' ');
            return reply.With("Content-Encoding", "gzip") with { Body = Compress(blanks) };
        },
    };

    public static byte[] Compress(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest)) gzip.Write(bytes);
        return memory.ToArray();
    }

    private static Fault Lengthen(Func<Reply, long> promised, int sent) => new()
    {
        Send = async (context, reply) =>
        {
            reply.WriteHead(context, promised(reply));
            await context.Response.Body.WriteAsync(reply.Body.AsMemory(0, Math.Min(sent, reply.Body.Length)));
            await context.Response.Body.FlushAsync();
        },
    };

    private static Socket SocketOf(HttpContext context) => context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;

    private static async Task SendRawAsync(HttpContext context, byte[] wire)
    {
        var socket = SocketOf(context);
        await socket.SendAsync(wire, context.RequestAborted);
        socket.Shutdown(SocketShutdown.Send);
        // Kestrel would answer after the end; the connection is over, and its abort can no longer be seen by the client.
        context.Abort();
    }
}

/// <summary>Where a scripted answer waits until a test lets it go on.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when an answer waits here.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _open.TrySetResult();

    internal Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _open.Task.WaitAsync(cancellationToken);
    }
}
