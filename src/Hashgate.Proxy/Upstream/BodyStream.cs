using System.Globalization;

namespace Hashgate.Proxy.Upstreams;

/// <summary>
/// An answer's body. A read that stays silent for longer than the timeout, or whose connection breaks, throws
/// <see cref="IOException"/>; so does the end of a body that is shorter than its Content-Length. Reads of 256 KB go straight
/// from the socket into the caller's buffer and cost the least.
/// </summary>
internal sealed class BodyStream(HttpResponseMessage response, Stream body, TimeSpan timeout, TimeProvider time, Action? ended = null) : Stream
{
    private readonly CancellationTokenSource _silence = new(Timeout.InfiniteTimeSpan, time);
    private bool _disposed;

    /// <summary>Whether everything was read, to the end.</summary>
    public bool ReachedEnd { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var silence = _silence;
        using var left = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), silence);
        silence.CancelAfter(timeout);
        try
        {
            var count = await body.ReadAsync(buffer, silence.Token);
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            if (count == 0 && buffer.Length > 0) ReachedEnd = true;
            return count;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new StalledException(string.Create(CultureInfo.InvariantCulture, $"The body stood still for {timeout.TotalSeconds} s."));
        }
        catch (HttpRequestException problem)
        {
            throw new IOException("The connection broke within the body.", problem);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            body.Dispose();
            response.Dispose();
            _silence.Dispose();
            ended?.Invoke();
        }
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("An upstream's body is read asynchronously.");
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>A body that stood still for too long.</summary>
internal sealed class StalledException(string message) : IOException(message);
