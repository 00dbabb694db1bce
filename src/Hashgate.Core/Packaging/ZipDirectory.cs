using System.Buffers.Binary;

namespace Hashgate.Core.Packaging;

/// <summary>
/// Looks at a zip file's central directory before the library does, which keeps every entry of it in memory and counts only in the end.
/// What the file says of itself is held against the limits first; then its entries are counted one by one, since it may lie.
/// Sections are those of APPNOTE 6.3.10.
/// </summary>
public static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint Zip64LocatorSignature = 0x07064b50;
    private const uint Zip64EndSignature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const int EndBytes = 22;
    private const int Zip64LocatorBytes = 20;
    private const int Zip64EndBytes = 56;
    private const int EntryBytes = 46;

    /// <summary>What is too much about the directory, as a sentence; null where it keeps to the limits.</summary>
    /// <param name="zip">Left at no particular position.</param>
    /// <param name="maxBytes">The most that the directory may take, in bytes.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static string? Excess(Stream zip, int maxEntries, long maxBytes)
    {
        var end = FindEnd(zip);
        var (plain, zip64) = (ReadPlain(zip, end), FindZip64(zip, end));
        // Which of them the library goes by depends on other fields: neither may be too much.
        var excess = zip64 is { } large ? Excess(zip, large, maxEntries, maxBytes) : null;
        return excess ?? (zip64 is null || plain.Start < zip.Length ? Excess(zip, plain, maxEntries, maxBytes) : null);
    }

    private static string? Excess(Stream zip, (long Start, ulong Entries, ulong Bytes) directory, int maxEntries, long maxBytes)
    {
        if (directory.Entries > (ulong)maxEntries) return TooManyEntries(maxEntries);
        if (directory.Bytes > (ulong)maxBytes) return TooManyBytes(maxBytes);
        return Count(zip, directory.Start, maxEntries, maxBytes);
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
    private static string? Count(Stream zip, long start, int maxEntries, long maxBytes)
    {
        zip.Position = Position(zip, (ulong)start);
        var buffered = new BufferedStream(zip, 64 << 10);
        Span<byte> entry = stackalloc byte[EntryBytes];
        for (var (count, bytes) = (0, 0L); buffered.ReadAtLeast(entry, EntryBytes, throwOnEndOfStream: false) == EntryBytes; count++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != EntrySignature) return null;
            if (count >= maxEntries) return TooManyEntries(maxEntries);
            var texts = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
            if ((bytes += EntryBytes + texts) > maxBytes) return TooManyBytes(maxBytes);
            buffered.Seek(texts, SeekOrigin.Current);
        }
        return null;
    }

    private static void ReadAt(Stream zip, long position, Span<byte> bytes)
    {
        zip.Position = position;
        if (zip.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw new InvalidDataException();
    }

    private static long Position(Stream zip, ulong claimed) => claimed <= (ulong)zip.Length ? (long)claimed : throw new InvalidDataException();

    private static string TooManyEntries(int most) => $"Its zip directory has more than {most} entries.";

    private static string TooManyBytes(long most) => $"Its zip directory has more than {most} bytes.";
}
