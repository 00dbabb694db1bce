using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>Reads what an uploader says of a release from the copies of core metadata that are here; asks nobody.</summary>
internal sealed class ClaimsReader(IBlobStore blobs)
{
    /// <summary>The fields stand before the description: what is further behind isn't read.</summary>
    private const int MaxBytes = 64 << 10;

    /// <summary>What is said of the first of the files whose core metadata was ever asked for; null where none was, or it is here no more.</summary>
    public async Task<MetadataClaims?> ReadAsync(IEnumerable<FileFacts> files, CancellationToken cancellationToken)
    {
        foreach (var digest in files.Select(f => f.Record?.CoreMetadata).OfType<Sha256Digest>())
        {
            if (await blobs.OpenAsync(digest, cancellationToken) is not { } blob) continue;
            await using var _ = blob;
            var bytes = new byte[Math.Min(blob.Length, MaxBytes)];
            var length = 0;
            while (length < bytes.Length && blob.Read(bytes.AsSpan(length), length) is > 0 and var count) length += count;
            return MetadataClaims.Read(bytes.AsSpan(0, length));
        }
        return null;
    }
}
