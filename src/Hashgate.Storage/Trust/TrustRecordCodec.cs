using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Trust;

/// <summary>
/// A record as the bytes that both stores keep: a format byte, flags, the digest, and what the flags say is there. Project, key and
/// sequence are the store's own columns or addresses and not repeated, nor is what the key or the filename tell already.
/// </summary>
internal static class TrustRecordCodec
{
    private const byte Format = 2;

    // Told every filename; else the same.
    private const byte FormatBefore = 1;

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

        /// <summary>The filename is what stands behind the key's mark; it isn't repeated.</summary>
        FilenameInKey = 128,
    }

    public static void Write(TrustRecord record, IBufferWriter<byte> output)
    {
        var filenameInKey = record.Key.Value.Length > 0 && record.Key.Value.AsSpan(1).SequenceEqual(record.Filename);
        var urlEndsWithFilename = record.Url.EndsWith(record.Filename, StringComparison.Ordinal);
        var has = (record.Size is null ? Has.None : Has.Size)
            | (record.ProvenAt is null ? Has.None : Has.Proven)
            | (record.UploadTime is null ? Has.None : Has.Upload)
            | (record.CoreMetadata is null ? Has.None : Has.CoreMetadata)
            | (record.AcceptedAt is null ? Has.None : Has.Accepted)
            | (record.Conflict ? Has.Conflict : Has.None)
            | (urlEndsWithFilename ? Has.UrlEndsWithFilename : Has.None)
            | (filenameInKey ? Has.FilenameInKey : Has.None);
        output.Write([Format, (byte)has]);
        Write(record.Sha256, output);
        Write(record.FirstSeen.UtcTicks, output);
        Write(record.Upstream, output);
        if (!filenameInKey) Write(record.Filename, output);
        Write(urlEndsWithFilename ? record.Url.AsSpan(0, record.Url.Length - record.Filename.Length) : record.Url, output);
        if (record.Size is { } size) Write(size, output);
        if (record.ProvenAt is { } proven) Write(proven.UtcTicks, output);
        if (record.UploadTime is { } uploaded) Write(uploaded.UtcTicks, output);
        if (record.CoreMetadata is { } metadata) Write(metadata, output);
        if (record.AcceptedAt is { } accepted) Write(accepted.UtcTicks, output);
    }

    /// <param name="like">What is claimed of the file: where the record says the same, it takes the very strings, and three thousand records are no new text.</param>
    /// <param name="upstream">The upstream that likely claimed it first.</param>
    /// <exception cref="StoreUnavailableException">The value isn't one of ours.</exception>
    public static TrustRecord Read(ProjectName project, FileKey key, long sequence, ReadOnlySpan<byte> value, FileClaim? like = null, string? upstream = null)
    {
        try
        {
            var reader = new ByteReader(value);
            if (reader.Byte() is var format && format is not (Format or FormatBefore)) throw new InvalidDataException($"format {format} is unknown, only {Format} is known");
            var has = (Has)reader.Byte();
            var sha256 = Digest(ref reader);
            var firstSeen = Time(ref reader);
            var upstreamName = Text(reader.Text(), upstream);
            var filename = (has & Has.FilenameInKey) == 0 ? Text(reader.Text(), like?.Filename)
                : like is not null && key.Value.AsSpan(1).SequenceEqual(like.Filename) ? like.Filename : key.Value[1..];
            return new TrustRecord
            {
                Project = project,
                Key = key,
                Filename = filename,
                Sha256 = sha256,
                Upstream = upstreamName,
                Url = (has & Has.UrlEndsWithFilename) == 0 ? Text(reader.Text(), like?.Url) : Url(reader.Text(), filename, like?.Url),
                FirstSeen = firstSeen,
                Size = (has & Has.Size) == 0 ? null : reader.Int64(),
                ProvenAt = (has & Has.Proven) == 0 ? null : Time(ref reader),
                UploadTime = (has & Has.Upload) == 0 ? null : Time(ref reader),
                CoreMetadata = (has & Has.CoreMetadata) == 0 ? null : Digest(ref reader),
                AcceptedAt = (has & Has.Accepted) == 0 ? null : Time(ref reader),
                Conflict = (has & Has.Conflict) != 0,
                Sequence = sequence,
            };
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new StoreUnavailableException($"The trust record of {project}/{key} can't be read: {e.Message}.", e);
        }
    }

    private static string Text(ReadOnlySpan<byte> utf8, string? like) => like is not null && Ascii.Equals(utf8, like) ? like : Encoding.UTF8.GetString(utf8);

    private static string Url(ReadOnlySpan<byte> start, string filename, string? like) =>
        like is not null && like.Length == start.Length + filename.Length && Ascii.Equals(start, like.AsSpan(0, start.Length)) && like.EndsWith(filename, StringComparison.Ordinal)
            ? like
            : Encoding.UTF8.GetString(start) + filename;

    private static Sha256Digest Digest(ref ByteReader reader) => new(reader.Bytes(Sha256Digest.Length));

    private static DateTimeOffset Time(ref ByteReader reader) => new(reader.Int64(), TimeSpan.Zero);

    private static void Write(Sha256Digest digest, IBufferWriter<byte> output)
    {
        digest.CopyTo(output.GetSpan(Sha256Digest.Length));
        output.Advance(Sha256Digest.Length);
    }

    private static void Write(long value, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    /// <summary>The length in bytes, seven bits at a time, then UTF-8.</summary>
    private static void Write(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        var left = (uint)Encoding.UTF8.GetByteCount(text);
        for (; left >= 0x80; left >>= 7) output.Write([(byte)(left | 0x80)]);
        output.Write([(byte)left]);
        Encoding.UTF8.GetBytes(text, output);
    }

    private ref struct ByteReader(ReadOnlySpan<byte> left)
    {
        private ReadOnlySpan<byte> _left = left;

        public byte Byte() => Bytes(1)[0];

        public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(sizeof(long)));

        public ReadOnlySpan<byte> Text()
        {
            var length = 0;
            for (var shift = 0; shift < 35; shift += 7)
            {
                var next = Byte();
                length |= (next & 0x7f) << shift;
                if (next < 0x80) return Bytes(length);
            }
            throw new InvalidDataException("a text has no length");
        }

        public ReadOnlySpan<byte> Bytes(int count)
        {
            if (count < 0 || count > _left.Length) throw new InvalidDataException("it ends too early");
            var bytes = _left[..count];
            _left = _left[count..];
            return bytes;
        }
    }
}
