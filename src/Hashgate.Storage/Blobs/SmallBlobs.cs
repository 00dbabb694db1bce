using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Caching.Memory;

namespace Hashgate.Storage.Blobs;

/// <summary>
/// Keeps small blobs in memory, core metadata above all: for a file of two kilobytes, opening it and looking whether it was changed costs more
/// than sending it. What is kept was hashed as it was read. After a while it is read from the store again, which learns of its use so.
/// </summary>
/// <param name="memoryBytes">What all of them may take, in bytes, approximately; 0 keeps none.</param>
public sealed class SmallBlobs(IBlobStore store, long memoryBytes) : IBlobStore, IDisposable
{
    /// <summary>The largest blob that is kept, in bytes.</summary>
    public const int MaxLength = 256 << 10;

    private const int Overhead = 256;
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = memoryBytes });

    public ValueTask<IBlob?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        _kept.TryGetValue(digest, out MemoryBlob? kept) ? ValueTask.FromResult<IBlob?>(kept) : ReadAsync(digest, cancellationToken);

    public ValueTask<IBlobStaging?> StageAsync(long? expectedSize, CancellationToken cancellationToken) => store.StageAsync(expectedSize, cancellationToken);

    public void MarkIrreplaceable(Sha256Digest digest) => store.MarkIrreplaceable(digest);

    public void Dispose() => _kept.Dispose();

    private async ValueTask<IBlob?> ReadAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var blob = await store.OpenAsync(digest, cancellationToken);
        if (blob is null || blob.Length > MaxLength || blob.Length + Overhead > memoryBytes) return blob;
        await using var _ = blob;
        var bytes = new byte[blob.Length];
        var read = 0;
        for (int count; read < bytes.Length && (count = blob.Read(bytes.AsSpan(read), read)) > 0;) read += count;
        // It changed without looking so: bytes that are known to be others are none, and the file is fetched anew.
        if (read < bytes.Length || Sha256Digest.Of(bytes) != digest) return null;
        var kept = new MemoryBlob(bytes);
        _kept.Set(digest, kept, new MemoryCacheEntryOptions { Size = bytes.Length + Overhead, AbsoluteExpirationRelativeToNow = ReadAgainAfter });
        return kept;
    }

    /// <summary>Shared by all who read it: disposing of it does nothing.</summary>
    private sealed class MemoryBlob(byte[] bytes) : IBlob
    {
        public long Length => bytes.Length;

        public ReadOnlyMemory<byte>? InMemory => bytes;

        public int Read(Span<byte> buffer, long offset)
        {
            if (offset >= bytes.Length) return 0;
            var rest = bytes.AsSpan((int)offset);
            if (rest.Length > buffer.Length) rest = rest[..buffer.Length];
            rest.CopyTo(buffer);
            return rest.Length;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
