using System.IO.Compression;
using System.Security.Cryptography;
using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Serving;

/// <summary>Reads the METADATA inside proven wheels, to hold it against the core metadata that an index offers beside them.</summary>
public sealed class WheelMetadata(IBlobStore blobs)
{
    /// <summary>Larger METADATA is not read; real ones are a few hundred kilobytes at most.</summary>
    private const long MaxBytes = 16 << 20;

    /// <summary>A wheel with a larger directory is not looked into: the largest of PyPI have some tens of thousands of entries.</summary>
    private const int MaxEntries = 500_000;

    private const long MaxDirectoryBytes = 64 << 20;

    /// <summary>Whether the wheel is there, and the digest of its METADATA: null where the archive has none that can be read, which installers report themselves.</summary>
    public async Task<(bool IsThere, Sha256Digest? Digest)> DigestAsync(Sha256Digest wheel, CancellationToken cancellationToken)
    {
        if (await blobs.OpenAsync(wheel, cancellationToken) is not { } blob) return (false, null);
        await using var _ = blob;
        return (true, await DigestAsync(blob, cancellationToken));
    }

    private static async Task<Sha256Digest?> DigestAsync(IBlob blob, CancellationToken cancellationToken)
    {
        try
        {
            var zip = new BlobStream(blob);
            if (ZipDirectory.Excess(zip, MaxEntries, MaxDirectoryBytes) is not null) return null;
            zip.Position = 0;
            await using var archive = await ZipArchive.CreateAsync(zip, ZipArchiveMode.Read, leaveOpen: false, null, cancellationToken);
            var entries = archive.Entries.Where(IsMetadata).ToArray();
            if (entries is not [{ Length: <= MaxBytes } entry]) return null;
            await using var text = await entry.OpenAsync(cancellationToken);
            return await HashAsync(text, cancellationToken);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            // The library says in many ways that something is no archive; what is hostile in it stays unread.
            return null;
        }
    }

    private static bool IsMetadata(ZipArchiveEntry entry) =>
        entry.FullName.EndsWith(".dist-info/METADATA", StringComparison.Ordinal) && entry.FullName.IndexOf('/', StringComparison.Ordinal) == entry.FullName.Length - "/METADATA".Length;

    private static async Task<Sha256Digest?> HashAsync(Stream text, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 << 10];
        // The size in the directory is a claim: what really comes out is bounded as well.
        for (long total = 0; total <= MaxBytes;)
        {
            var count = await text.ReadAsync(buffer, cancellationToken);
            if (count == 0) return new Sha256Digest(hash.GetHashAndReset());
            hash.AppendData(buffer.AsSpan(0, count));
            total += count;
        }
        return null;
    }

    /// <summary>A blob as a seekable stream.</summary>
    private sealed class BlobStream(IBlob blob) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => blob.Length;
        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var count = blob.Read(buffer, Position);
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            SeekOrigin.End => Length + offset,
            _ => throw new ArgumentOutOfRangeException(nameof(origin)),
        };

        public override void Flush() { }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
