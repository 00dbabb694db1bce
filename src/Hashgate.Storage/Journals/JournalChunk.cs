using System.Globalization;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Journals;

/// <summary>
/// Whole lines of one journal in one object. The name says which: the segment and its bytes from and to, and their digest. Nobody can
/// put other lines in an object's place under that name, and what is there already can be sent again.
/// </summary>
internal readonly record struct JournalChunk(int Segment, long From, long To, Sha256Digest Digest) : IComparable<JournalChunk>
{
    /// <summary>The most bytes of lines in one object. A line is far shorter.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>From this size on an object stays as it is.</summary>
    public const int FullBytes = MostBytes / 2;

    private const string Extension = ".jsonl.gz";
    private const int SegmentDigits = 8;
    private const int OffsetDigits = 12;
    private const int DigestAt = SegmentDigits + OffsetDigits + OffsetDigits + 3;
    private const int NameLength = DigestAt + (2 * Sha256Digest.Length);

    public long Length => To - From;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Segment:D8}-{From:D12}-{To:D12}-{Digest}{Extension}");

    /// <summary>Whether all that the other has is in this one as well, and more.</summary>
    public bool Covers(JournalChunk other) => Segment == other.Segment && From <= other.From && To >= other.To && Length > other.Length;

    public int CompareTo(JournalChunk other) => (Segment, From, To).CompareTo((other.Segment, other.From, other.To));

    /// <summary>Reads a name as <see cref="Name"/> writes it; anything else in the bucket is not ours.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out JournalChunk chunk)
    {
        chunk = default;
        if (name.Length != NameLength + Extension.Length || !name.EndsWith(Extension, StringComparison.Ordinal)) return false;
        if (!TryNumber(name[..SegmentDigits], out var segment)
            || !TryNumber(name.Slice(SegmentDigits + 1, OffsetDigits), out var from)
            || !TryNumber(name.Slice(SegmentDigits + OffsetDigits + 2, OffsetDigits), out var to)
            || !Sha256Digest.TryParse(name[DigestAt..NameLength].ToString(), out var digest)) return false;
        chunk = new JournalChunk((int)segment, from, to, digest);
        return chunk is { Segment: > 0, Length: > 0 and <= MostBytes } && name.SequenceEqual(chunk.Name);
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out long number) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
