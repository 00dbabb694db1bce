using System.Buffers.Binary;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>What is known of one blob without opening it. Shared by threads: the identity is replaced whole.</summary>
internal sealed class BlobEntry(Sha256Digest digest, FileIdentity identity, long lastUsed, bool irreplaceable)
{
    /// <summary>Bytes of one entry in the index file.</summary>
    public const int Size = Sha256Digest.Length + 6 * sizeof(long);

    private long _lastUsed = lastUsed;

    public Sha256Digest Digest { get; } = digest;

    /// <summary>The file as it was when its bytes last had the digest; <see cref="FileIdentity.Unknown"/> until then.</summary>
    public FileIdentity Identity { get; } = identity;

    public long Length => Identity.Length;

    /// <summary>UTC ticks.</summary>
    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Its upstream no longer has these bytes: goes last.</summary>
    public bool Irreplaceable { get; } = irreplaceable;

    public void Touch(long utcTicks) => Volatile.Write(ref _lastUsed, utcTicks);

    public void WriteTo(Span<byte> bytes)
    {
        Digest.CopyTo(bytes);
        var rest = bytes[Sha256Digest.Length..];
        ReadOnlySpan<long> values = [Identity.Length, Identity.Inode, Identity.Modified, Identity.Changed, LastUsed, Irreplaceable ? 1 : 0];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(rest[(i * sizeof(long))..], values[i]);
    }

    public static BlobEntry ReadFrom(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes[Sha256Digest.Length..];
        Span<long> values = stackalloc long[6];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadInt64LittleEndian(rest[(i * sizeof(long))..]);
        var identity = new FileIdentity(values[0], values[1], values[2], values[3]);
        return new BlobEntry(new Sha256Digest(bytes[..Sha256Digest.Length]), identity, values[4], values[5] == 1);
    }
}
