using System.Security.Cryptography;
using System.Text.Json;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Advisories;

/// <summary>
/// Keeps the advisories over a restart, in one file: a line of JSON about the whole with the digest of what follows, then what is known of
/// each record, then the records, cut down to what Hashgate reads. Put in place whole, or not at all. Read, the digest is checked, and no
/// record is looked at before it is asked for.
/// </summary>
/// <param name="path">The file; its directory is made where it is missing.</param>
public sealed class AdvisoryFile(string path)
{
    private const int Format = 2;
    private const byte LineEnd = (byte)'\n';

    /// <summary>More than any feed has come to; a larger file isn't ours.</summary>
    private const long MaxBytes = 512L << 20;

    /// <summary>Writes the set in place of what is there.</summary>
    /// <exception cref="IOException">The disk is full or can't be written.</exception>
    public void Write(AdvisorySet set)
    {
        using var entries = new MemoryStream();
        PackedEntries.Write(entries, set.Records.Entries);
        var written = entries.GetBuffer().AsSpan(0, (int)entries.Length);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(written);
        digest.AppendData(set.Records.Json.Span);
        var head = JsonSerializer.SerializeToUtf8Bytes(
            new AdvisoryFileHead(Format, set.Source, set.CheckedAt, set.ReadAt, set.Cursor, set.Tag, set.Records.Count, written.Length, Convert.ToHexStringLower(digest.GetHashAndReset())),
            AdvisoryFileJson.Default.AdvisoryFileHead);
        WholeFile.Write(path, file =>
        {
            file.Write(head);
            file.WriteByte(LineEnd);
            entries.WriteTo(file);
            file.Write(set.Records.Json.Span);
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
        catch (Exception error) when (error is IOException or InvalidDataException or FormatException or JsonException or UnauthorizedAccessException)
        {
            problem = error.Message;
            return null;
        }
    }

    private static AdvisorySet Read(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf(LineEnd);
        if (end < 0) throw new InvalidDataException("it has no head");
        var head = JsonSerializer.Deserialize(bytes.AsSpan(0, end), AdvisoryFileJson.Default.AdvisoryFileHead);
        if (head is not { Format: Format, Source: not null }) throw new InvalidDataException("another version wrote it");
        var body = bytes.AsMemory(end + 1);
        if (Sha256Digest.Of(body.Span).ToString() != head.Sha256) throw new InvalidDataException("its digest is not the one that was written");
        if (head.Entries < 0 || head.Entries > body.Length || head.Count < 0 || head.Count > head.Entries) throw new InvalidDataException("its head tells of another file");
        using var entries = new MemoryStream(bytes, end + 1, head.Entries, writable: false);
        var records = new PackedAdvisories(PackedEntries.Read(entries, head.Count), body[head.Entries..]);
        return new AdvisorySet { Source = head.Source, Records = records, CheckedAt = head.CheckedAt, ReadAt = head.ReadAt, Cursor = head.Cursor, Tag = head.Tag };
    }
}
