using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Trust;

namespace Hashgate.Storage.Journals;

/// <summary>One file of this replica's journal, as it is read to be sent.</summary>
/// <param name="Length">In bytes, of what is known to be on the disk.</param>
internal readonly record struct SegmentFile(int Number, string Path, long Length)
{
    /// <summary>The journal's files in their order.</summary>
    /// <param name="length">How much of the last one is on the disk. One before it is closed: all of it is lines.</param>
    public static IReadOnlyList<SegmentFile> Of(string directory, string last, long length) =>
        [.. JournalSegment.List(directory).TakeWhile(p => string.CompareOrdinal(p, last) <= 0).Select(p => new SegmentFile(NumberOf(p), p, p == last ? length : new FileInfo(p).Length))];

    /// <summary>The range's first whole lines, as many as one object takes.</summary>
    public JournalRange FirstOf(JournalRange range)
    {
        if (range.To - range.From <= JournalChunk.MostBytes) return range;
        using var file = Open();
        var cut = JournalSegment.LastLineEnd(file, range.From + JournalChunk.MostBytes);
        return cut > range.From ? range with { To = cut } : throw new InvalidDataException($"The trust journal's {Path} has a line of more than {JournalChunk.MostBytes} bytes at {range.From}.");
    }

    /// <summary>Writes the range's bytes, packed, and returns their digest.</summary>
    public async Task<Sha256Digest> PackAsync(JournalRange range, Stream output, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var packed = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        using var file = Open();
        var buffer = new byte[64 << 10];
        for (var at = range.From; at < range.To;)
        {
            var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(buffer.Length, range.To - at)), at, cancellationToken);
            if (read == 0) throw new IOException($"The trust journal's {Path} is shorter than it was.");
            hash.AppendData(buffer, 0, read);
            await packed.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            at += read;
        }
        return new Sha256Digest(hash.GetHashAndReset());
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open() => File.OpenHandle(Path, share: FileShare.ReadWrite | FileShare.Delete);

    private static int NumberOf(string path) => int.Parse(System.IO.Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture);
}
