namespace Hashgate.Core.Serving;

/// <summary>One client's place in a fetch that goes on.</summary>
public sealed class FetchFollower : IAsyncDisposable
{
    private readonly FileFetch _fetch;
    private bool _disposed;

    internal FetchFollower(FileFetch fetch) => _fetch = fetch;

    /// <summary>The whole file's promised length in bytes.</summary>
    public long Length => _fetch.Length!.Value;

    /// <summary>
    /// Reads at an offset, waiting for bytes that may be read; 0 at the end of a proven file, -1 where the file turned out bad or the
    /// fetch failed: the connection must then be reset, never ended.
    /// </summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The signal is taken before the state is looked at, so that no change in between is missed.
            var progress = _fetch.Progress;
            var readable = _fetch.Readable;
            if (readable > offset) return _fetch.Read(buffer.Span[..(int)Math.Min(buffer.Length, readable - offset)], offset);
            if (_fetch.Outcome is { } outcome) return outcome is FetchOutcome.Proven ? 0 : -1;
            await progress.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _fetch.ReleaseAsync();
    }
}
