using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>Reads what an uploader says of a release from the copies of core metadata that are here; asks nobody.</summary>
internal sealed class ClaimsReader(IBlobStore blobs)
{
    /// <summary>The fields stand before the description: what is further behind isn't read.</summary>
    private const int MaxBytes = 64 << 10;

    /// <summary>Copies that are looked for: who asks for the metadata of one release only of many has not asked for the newest ones.</summary>
    private const int MaxTries = 20;

    /// <summary>What is said of the newest release whose core metadata is here, and which that is; null where there is none.</summary>
    public async Task<(MetadataClaims Claims, string? Of)?> ReadAsync(IEnumerable<FileFacts> files, CancellationToken cancellationToken)
    {
        foreach (var file in files.Where(f => f.Record?.CoreMetadata is not null).OrderByDescending(f => f.Name.Version).Take(MaxTries))
        {
            if (await blobs.OpenAsync(file.Record!.CoreMetadata!.Value, cancellationToken) is not { } blob) continue;
            await using var _ = blob;
            var bytes = new byte[Math.Min(blob.Length, MaxBytes)];
            var length = 0;
            while (length < bytes.Length && blob.Read(bytes.AsSpan(length), length) is > 0 and var count) length += count;
            return (MetadataClaims.Read(bytes.AsSpan(0, length)), file.Name.Version?.ToString());
        }
        return null;
    }
}
