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
    /// Waits until there are bytes at an offset that may be read, and says how many; 0 at the end of a proven file, -1 where the file turned out
    /// bad or the fetch failed: the connection must then be reset, never ended. No buffer is needed for waiting.
    /// </summary>
    public async ValueTask<long> WaitAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The signal is taken before the state is looked at, so that no change in between is missed.
            var progress = _fetch.Progress;
            if (_fetch.Readable - offset is > 0 and var there) return there;
            if (_fetch.Outcome is { } outcome) return outcome is FetchOutcome.Proven ? 0 : -1;
            await progress.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reads what may be read at an offset; 0 where nothing may be yet.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        var readable = _fetch.Readable - offset;
        return readable > 0 ? _fetch.Read(readable < buffer.Length ? buffer[..(int)readable] : buffer, offset) : 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _fetch.ReleaseAsync();
    }
}
