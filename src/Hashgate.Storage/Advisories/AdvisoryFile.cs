using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Advisories;

/// <summary>
/// Keeps the advisories over a restart, in one file: a line of JSON about the whole with the digest of what follows, then a record on each
/// line, cut down to what Hashgate reads. Put in place whole, or not at all.
/// </summary>
/// <param name="path">The file; its directory is made where it is missing.</param>
public sealed class AdvisoryFile(string path)
{
    private const int Format = 1;
    private const byte LineEnd = (byte)'\n';

    /// <summary>More than any feed has come to; a larger file isn't ours.</summary>
    private const long MaxBytes = 512L << 20;

    /// <summary>Writes the set in place of what is there.</summary>
    /// <exception cref="IOException">The disk is full or can't be written.</exception>
    public void Write(AdvisorySet set)
    {
        var body = new ArrayBufferWriter<byte>(1 << 20);
        using (var json = new Utf8JsonWriter(body))
        {
            foreach (var record in set.Records.Values)
            {
                OsvWriter.Write(json, record);
                json.Flush();
                json.Reset();
                body.Write([LineEnd]);
            }
        }
        var head = JsonSerializer.SerializeToUtf8Bytes(
            new AdvisoryFileHead(Format, set.Source, set.CheckedAt, set.ReadAt, set.Cursor, set.Tag, set.Records.Count, Sha256Digest.Of(body.WrittenSpan).ToString()),
            AdvisoryFileJson.Default.AdvisoryFileHead);
        WholeFile.Write(path, file =>
        {
            file.Write(head);
            file.WriteByte(LineEnd);
            file.Write(body.WrittenSpan);
        });
    }

    /// <summary>Reads what was written last; null where nothing was, or with the problem where it isn't what was written.</summary>
    /// <param name="problem">For an operator.</param>
    public AdvisorySet? Read(out string? problem)
    {
        problem = null;
        if (!File.Exists(path)) return null;
        try
        {
            if (new FileInfo(path).Length > MaxBytes) throw new InvalidDataException($"it has more than {MaxBytes} bytes");
            return Read(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or InvalidDataException or JsonException or UnauthorizedAccessException)
        {
            problem = error.Message;
            return null;
        }
    }

    private static AdvisorySet Read(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf(LineEnd);
        if (end < 0) throw new InvalidDataException("it has no head");
        var head = JsonSerializer.Deserialize(bytes.Span[..end], AdvisoryFileJson.Default.AdvisoryFileHead);
        if (head is not { Format: Format, Source: not null }) throw new InvalidDataException("another version wrote it");
        var body = bytes[(end + 1)..];
        if (Convert.ToHexStringLower(SHA256.HashData(body.Span)) != head.Sha256) throw new InvalidDataException("its digest is not the one that was written");
        var records = new Dictionary<string, OsvRecord>(head.Count, StringComparer.Ordinal);
        var pool = new OsvTextPool();
        while (body.Span.IndexOf(LineEnd) is >= 0 and var length)
        {
            if (!OsvReader.TryRead(body[..length], out var record, out var problem, pool)) throw new InvalidDataException(problem);
            records[record.Id] = record;
            body = body[(length + 1)..];
        }
        return new AdvisorySet { Source = head.Source, Records = records, CheckedAt = head.CheckedAt, ReadAt = head.ReadAt, Cursor = head.Cursor, Tag = head.Tag };
    }
}
