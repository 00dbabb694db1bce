using System.Buffers.Binary;
using System.IO.Compression;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

/// <summary>A zip file's directory is bounded before anything of it is kept.</summary>
public sealed class ZipDirectoryTests
{
    [Fact]
    public void Excess_usual_archive_has_none()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true)) zip.CreateEntry("a.json");
        Assert.Null(Excess(bytes.ToArray()));
    }

    [Fact]
    public void Excess_directory_at_the_limit_has_none() => Assert.Null(Excess(Zip(entries: 1000)));

    [Theory]
    [InlineData(30_000, false)]
    [InlineData(30_000_000, true)]
    public void Excess_too_many_entries_are_refused_by_what_the_file_says(long told, bool zip64) => Refused("1000 entries", Zip(entries: 0, told, zip64: zip64));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Excess_too_many_entries_are_refused_though_the_file_says_one(bool zip64) => Refused("1000 entries", Zip(entries: 1001, told: 1, zip64: zip64));

    [Fact]
    public void Excess_directory_of_too_many_bytes_is_refused_by_what_the_file_says() => Refused("100000 bytes", Zip(entries: 1, toldBytes: 100_001));

    [Fact]
    public void Excess_directory_of_too_many_bytes_is_refused_whatever_the_file_says() => Refused("100000 bytes", Zip(entries: 40, nameBytes: 3000, toldBytes: 46));

    [Fact]
    public void Excess_another_directory_than_the_zip64_one_is_counted_as_well()
    {
        var bytes = Zip(entries: 1001, told: 1);
        // A Zip64 record that tells of an empty directory, between the hostile one and the plain end record.
        var end = bytes[^22..];
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), uint.MaxValue);
        Refused("1000 entries", [.. bytes[..^22], .. Zip64Records(bytes.Length - 22, 0, 0, bytes.Length - 22), .. end]);
    }

    [Fact]
    public void Excess_offsets_behind_the_end_are_no_archive()
    {
        Assert.Throws<InvalidDataException>(() => Excess(Zip(entries: 1, start: 5000)));
        Assert.Throws<InvalidDataException>(() => Excess(new byte[10]));
        Assert.Throws<InvalidDataException>(() => Excess(new byte[100_000]));
    }

    private static void Refused(string what, byte[] zip) => Assert.Contains(what, Excess(zip), StringComparison.Ordinal);

    private static string? Excess(byte[] zip) => ZipDirectory.Excess(new MemoryStream(zip), maxEntries: 1000, maxBytes: 100_000);

    /// <summary>A directory of empty entries and its end record, which may say something else.</summary>
    private static byte[] Zip(int entries, long? told = null, long? toldBytes = null, bool zip64 = false, int nameBytes = 1, long start = 0)
    {
        var entry = new byte[46 + nameBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(28), (ushort)nameBytes);
        var directory = Enumerable.Range(0, entries).SelectMany(_ => entry).ToArray();
        var (count, bytes) = (told ?? entries, toldBytes ?? directory.Length);

        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), zip64 ? ushort.MaxValue : (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), zip64 ? uint.MaxValue : (uint)bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), zip64 ? uint.MaxValue : (uint)start);
        return zip64 ? [.. directory, .. Zip64Records(directory.Length, count, bytes, start), .. end] : [.. directory, .. end];
    }

    /// <summary>The Zip64 end record and its locator.</summary>
    private static byte[] Zip64Records(long at, long entries, long bytes, long start)
    {
        var records = new byte[56 + 20];
        BinaryPrimitives.WriteUInt32LittleEndian(records, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(records.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(records.AsSpan(32), entries);
        BinaryPrimitives.WriteInt64LittleEndian(records.AsSpan(40), bytes);
        BinaryPrimitives.WriteInt64LittleEndian(records.AsSpan(48), start);
        BinaryPrimitives.WriteUInt32LittleEndian(records.AsSpan(56), 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(records.AsSpan(64), at);
        return records;
    }
}
