using System.Buffers.Binary;
using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Trust;

/// <summary>
/// A record as a Redis value. Eight bytes of sequence come first, big-endian, put there by the scripts; then a format byte, flags, the digest
/// and what the flags say is there. Project and key are the value's address and not repeated.
/// </summary>
internal static class RedisRecordCodec
{
    private const byte Format = 1;
    private const int NumberLength = sizeof(long);

    [Flags]
    private enum Has : byte
    {
        None = 0,
        Size = 1,
        Proven = 2,
        Upload = 4,
        CoreMetadata = 8,
        Accepted = 16,
        Conflict = 32,

        /// <summary>The URL ends with the filename, as it nearly always does; that part isn't repeated.</summary>
        UrlEndsWithFilename = 64,
    }

    /// <summary>The value without its number.</summary>
    public static byte[] Encode(TrustRecord record) => Write(record, numbered: false);

    /// <summary>The whole value, for putting a record in as it is.</summary>
    public static byte[] EncodeNumbered(TrustRecord record) => Write(record, numbered: true);

    /// <exception cref="StoreUnavailableException">The value isn't one of ours.</exception>
    public static TrustRecord Decode(ProjectName project, FileKey key, byte[] value)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(value, NumberLength, value.Length - NumberLength), Encoding.UTF8);
            if (reader.ReadByte() is var format && format != Format) throw new InvalidDataException($"format {format} is unknown, only {Format} is known");
            var has = (Has)reader.ReadByte();
            var sha256 = ReadDigest(reader);
            var firstSeen = ReadTime(reader);
            var upstream = reader.ReadString();
            var filename = reader.ReadString();
            var url = reader.ReadString();
            return new TrustRecord
            {
                Project = project,
                Key = key,
                Filename = filename,
                Sha256 = sha256,
                Upstream = upstream,
                Url = has.HasFlag(Has.UrlEndsWithFilename) ? url + filename : url,
                FirstSeen = firstSeen,
                Size = has.HasFlag(Has.Size) ? reader.ReadInt64() : null,
                ProvenAt = has.HasFlag(Has.Proven) ? ReadTime(reader) : null,
                UploadTime = has.HasFlag(Has.Upload) ? ReadTime(reader) : null,
                CoreMetadata = has.HasFlag(Has.CoreMetadata) ? ReadDigest(reader) : null,
                AcceptedAt = has.HasFlag(Has.Accepted) ? ReadTime(reader) : null,
                Conflict = has.HasFlag(Has.Conflict),
                Sequence = BinaryPrimitives.ReadInt64BigEndian(value),
            };
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException)
        {
            throw new StoreUnavailableException($"The trust record of {project}/{key} in Redis can't be read: {e.Message}.", e);
        }
    }

    private static byte[] Write(TrustRecord record, bool numbered)
    {
        var has = (record.Size is null ? Has.None : Has.Size)
            | (record.ProvenAt is null ? Has.None : Has.Proven)
            | (record.UploadTime is null ? Has.None : Has.Upload)
            | (record.CoreMetadata is null ? Has.None : Has.CoreMetadata)
            | (record.AcceptedAt is null ? Has.None : Has.Accepted)
            | (record.Conflict ? Has.Conflict : Has.None)
            | (record.Url.EndsWith(record.Filename, StringComparison.Ordinal) ? Has.UrlEndsWithFilename : Has.None);
        using var stream = new MemoryStream(256);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        if (numbered) writer.Write(BinaryPrimitives.ReverseEndianness(record.Sequence));
        writer.Write(Format);
        writer.Write((byte)has);
        writer.Write(record.Sha256.ToArray());
        writer.Write(record.FirstSeen.UtcTicks);
        writer.Write(record.Upstream);
        writer.Write(record.Filename);
        writer.Write(has.HasFlag(Has.UrlEndsWithFilename) ? record.Url[..^record.Filename.Length] : record.Url);
        if (record.Size is { } size) writer.Write(size);
        if (record.ProvenAt is { } proven) writer.Write(proven.UtcTicks);
        if (record.UploadTime is { } uploaded) writer.Write(uploaded.UtcTicks);
        if (record.CoreMetadata is { } metadata) writer.Write(metadata.ToArray());
        if (record.AcceptedAt is { } accepted) writer.Write(accepted.UtcTicks);
        writer.Flush();
        return stream.ToArray();
    }

    private static Sha256Digest ReadDigest(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[Sha256Digest.Length];
        reader.BaseStream.ReadExactly(bytes);
        return new Sha256Digest(bytes);
    }

    private static DateTimeOffset ReadTime(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);
}
