using System.Buffers.Binary;

namespace Hashgate.Proxy.Advisories;

/// <summary>
/// Looks at a zip file's central directory before the library does, which keeps every entry of it in memory and counts only in the end.
/// What the file says of itself is held against the limits first; then its entries are counted one by one, since it may lie.
/// Sections are those of APPNOTE 6.3.10.
/// </summary>
internal static class ArchiveDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint Zip64LocatorSignature = 0x07064b50;
    private const uint Zip64EndSignature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const int EndBytes = 22;
    private const int Zip64LocatorBytes = 20;
    private const int Zip64EndBytes = 56;
    private const int EntryBytes = 46;

    /// <exception cref="FeedException">The directory has more entries or bytes than any feed should have.</exception>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static void Check(Stream zip, AdvisoryLimits limits)
    {
        var end = FindEnd(zip);
        var (plain, zip64) = (ReadPlain(zip, end), FindZip64(zip, end));
        // Which of them the library goes by depends on other fields: neither may be too much.
        if (zip64 is { } large) Check(zip, large, limits);
        if (zip64 is null || plain.Start < zip.Length) Check(zip, plain, limits);
    }

    private static void Check(Stream zip, (long Start, ulong Entries, ulong Bytes) directory, AdvisoryLimits limits)
    {
        if (directory.Entries > (ulong)limits.MaxArchiveEntries) throw TooManyEntries(limits);
        if (directory.Bytes > (ulong)limits.MaxDirectoryBytes) throw TooManyBytes(limits);
        Count(zip, directory.Start, limits);
    }

    /// <summary>Where the end record (4.3.16) begins: the last one counts, as for the library.</summary>
    private static long FindEnd(Stream zip)
    {
        var tail = new byte[Math.Min(zip.Length, EndBytes + ushort.MaxValue)];
        ReadAt(zip, zip.Length - tail.Length, tail);
        for (var i = tail.Length - EndBytes; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i)) == EndSignature) return zip.Length - tail.Length + i;
        }
        throw new InvalidDataException();
    }

    private static (long Start, ulong Entries, ulong Bytes) ReadPlain(Stream zip, long end)
    {
        Span<byte> record = stackalloc byte[EndBytes];
        ReadAt(zip, end, record);
        var (entries, bytes) = (BinaryPrimitives.ReadUInt16LittleEndian(record[10..]), BinaryPrimitives.ReadUInt32LittleEndian(record[12..]));
        // All bits set: told in the Zip64 record, or nowhere.
        return (BinaryPrimitives.ReadUInt32LittleEndian(record[16..]), entries == ushort.MaxValue ? 0UL : entries, bytes == uint.MaxValue ? 0UL : bytes);
    }

    /// <summary>The Zip64 end record (4.3.14), which stands for fields that the plain one has no room for.</summary>
    private static (long Start, ulong Entries, ulong Bytes)? FindZip64(Stream zip, long end)
    {
        Span<byte> locator = stackalloc byte[Zip64LocatorBytes];
        if (end < Zip64LocatorBytes) return null;
        ReadAt(zip, end - Zip64LocatorBytes, locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != Zip64LocatorSignature) return null;
        Span<byte> record = stackalloc byte[Zip64EndBytes];
        ReadAt(zip, Position(zip, BinaryPrimitives.ReadUInt64LittleEndian(locator[8..])), record);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Zip64EndSignature) throw new InvalidDataException();
        return (Position(zip, BinaryPrimitives.ReadUInt64LittleEndian(record[48..])), BinaryPrimitives.ReadUInt64LittleEndian(record[32..]), BinaryPrimitives.ReadUInt64LittleEndian(record[40..]));
    }

    /// <summary>Walks the entries (4.3.12) for as long as there are any, which is how the library reads them.</summary>
    private static void Count(Stream zip, long start, AdvisoryLimits limits)
    {
        zip.Position = Position(zip, (ulong)start);
        var buffered = new BufferedStream(zip, 64 << 10);
        Span<byte> entry = stackalloc byte[EntryBytes];
        for (var (count, bytes) = (0, 0L); buffered.ReadAtLeast(entry, EntryBytes, throwOnEndOfStream: false) == EntryBytes; count++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != EntrySignature) return;
            if (count >= limits.MaxArchiveEntries) throw TooManyEntries(limits);
            var texts = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
            if ((bytes += EntryBytes + texts) > limits.MaxDirectoryBytes) throw TooManyBytes(limits);
            buffered.Seek(texts, SeekOrigin.Current);
        }
    }

    private static void ReadAt(Stream zip, long position, Span<byte> bytes)
    {
        zip.Position = position;
        if (zip.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new InvalidDataException();
    }

    private static long Position(Stream zip, ulong claimed) => claimed <= (ulong)zip.Length ? (long)claimed : throw new InvalidDataException();

    private static FeedException TooManyEntries(AdvisoryLimits limits) => new($"Its zip directory has more than {limits.MaxArchiveEntries} entries.");

    private static FeedException TooManyBytes(AdvisoryLimits limits) => new($"Its zip directory has more than {limits.MaxDirectoryBytes} bytes.");
}
