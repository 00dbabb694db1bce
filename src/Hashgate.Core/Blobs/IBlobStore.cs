using Hashgate.Core.Packaging;

namespace Hashgate.Core.Blobs;

/// <summary>Bytes keyed by their sha256. Only proven bytes are ever in it.</summary>
public interface IBlobStore
{
    /// <summary>
    /// Opens a blob for reading, or null where there is none that can be trusted: missing, or changed on disk since it was
    /// put there (it is then removed and reported). The open blob stays readable while it is evicted.
    /// </summary>
    ValueTask<IBlob?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>Starts a new file. Null where there is no room for it: <paramref name="expectedSize"/> bytes, or the least room where null.</summary>
    ValueTask<IBlobStaging?> StageAsync(long? expectedSize, CancellationToken cancellationToken);

    /// <summary>Its upstream changed or lost the file: where blobs are evicted, this one goes after all others. Nothing happens for a blob that isn't there.</summary>
    void MarkIrreplaceable(Sha256Digest digest);
}

/// <summary>A proven blob, open for reading at any offset by any number of readers.</summary>
public interface IBlob : IAsyncDisposable
{
    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>All of it where it is in memory, else null.</summary>
    ReadOnlyMemory<byte>? InMemory => null;

    /// <summary>Reads at an offset; 0 at the end. Synchronous: the bytes are most often in the page cache.</summary>
    int Read(Span<byte> buffer, long offset);
}

/// <summary>
/// A file that is being fetched: appended by one writer, read by any number of followers at the same time, never under a
/// blob's name before it is proven. Whoever staged it disposes of it once, when the last follower has left.
/// </summary>
public interface IBlobStaging : IAsyncDisposable
{
    /// <summary>Appends. False where the disk is full; what was appended before can still be read, but never published.</summary>
    ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Reads what was appended so far, at an offset; 0 past the end. Safe beside a write.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>
    /// The caller has proven that the appended bytes have this digest: flushes them to disk and publishes them. Followers
    /// may go on reading. Disposing without this discards them.
    /// </summary>
    /// <exception cref="IOException">The file could not be flushed or moved into place.</exception>
    ValueTask PublishAsync(Sha256Digest digest, CancellationToken cancellationToken);
}
