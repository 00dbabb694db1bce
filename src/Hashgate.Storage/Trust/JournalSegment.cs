using System.Globalization;
using Hashgate.Storage.Blobs.Disk;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Trust;

/// <summary>One file of the journal, open for appending behind its durable length.</summary>
internal sealed record JournalSegment(string Path, SafeFileHandle Handle, long Length) : IDisposable
{
    private const string Extension = ".jsonl";

    /// <summary>The segments' paths, oldest first: their names are numbers of one width.</summary>
    public static string[] List(string directory) => [.. Directory.GetFiles(directory, "*" + Extension).Order(StringComparer.Ordinal)];

    /// <summary>Opens the last segment, or the first of a new journal; a half-written last line is put aside.</summary>
    public static (JournalSegment Segment, JournalTail Tail, string? TornFile) OpenLast(string directory, Action<SafeFileHandle> flush)
    {
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(directory)) is { } parent) Posix.FlushDirectory(parent);
        }
        var paths = List(directory);
        if (paths.Length == 0) return (Create(directory, 1, flush), default, null);
        var handle = File.OpenHandle(paths[^1], FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var end = LastLineEnd(handle, RandomAccess.GetLength(handle));
            var torn = PutTornAside(paths[^1], handle, end, flush);
            // A crash may have come between a segment's making and its first line; the ones before have the tail then.
            var tail = JournalTailLine.Read(TailLines(handle, end, paths[^1]).Concat(paths.Reverse().Skip(1).SelectMany(TailLines)))
                ?? throw new InvalidDataException($"The trust journal in {directory} is damaged: its beginning is missing. Put its files right from a backup; what other journals hold can be restored with 'hashgate trust restore'.");
            return (new JournalSegment(paths[^1], handle, end), tail, torn);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes behind the durable length and flushes. Returns the new length.</summary>
    public long Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, Action<SafeFileHandle> flush)
    {
        RandomAccess.Write(Handle, buffers, Length);
        flush(Handle);
        return Length + buffers.Sum(b => (long)b.Length);
    }

    /// <summary>The segment after this one, which is closed.</summary>
    public JournalSegment Next(Action<SafeFileHandle> flush)
    {
        var next = Create(System.IO.Path.GetDirectoryName(Path)!, int.Parse(System.IO.Path.GetFileNameWithoutExtension(Path), CultureInfo.InvariantCulture) + 1, flush);
        Dispose();
        return next;
    }

    /// <summary>The same file, cut back to its durable length.</summary>
    public JournalSegment Reopen(Action<SafeFileHandle> flush)
    {
        Handle.Dispose();
        var handle = File.OpenHandle(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            RandomAccess.SetLength(handle, Length);
            flush(handle);
            Posix.FlushDirectory(System.IO.Path.GetDirectoryName(Path)!);
            return this with { Handle = handle };
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Dispose() => Handle.Dispose();

    private static JournalSegment Create(string directory, int number, Action<SafeFileHandle> flush)
    {
        var path = System.IO.Path.Combine(directory, number.ToString("D8", CultureInfo.InvariantCulture) + Extension);
        // Create, not CreateNew: an empty one may be left of an attempt that failed half-way.
        var handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            flush(handle);
            Posix.FlushDirectory(directory);
            return new JournalSegment(path, handle, 0);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static string? PutTornAside(string path, SafeFileHandle handle, long end, Action<SafeFileHandle> flush)
    {
        var length = RandomAccess.GetLength(handle);
        if (length == end) return null;
        var torn = new byte[length - end];
        RandomAccess.Read(handle, torn, end);
        var tornFile = string.Create(CultureInfo.InvariantCulture, $"{path}.{end}.torn");
        File.WriteAllBytes(tornFile, torn);
        RandomAccess.SetLength(handle, end);
        flush(handle);
        return tornFile;
    }

    private static IEnumerable<JournalTailLine> TailLines(string path)
    {
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        if (length != LastLineEnd(handle, length)) throw new InvalidDataException($"The trust journal's {path} ends within a line, and another segment follows it.");
        foreach (var line in TailLines(handle, length, path)) yield return line;
    }

    /// <summary>What the lines tell of the journal's tail, the last one first.</summary>
    private static IEnumerable<JournalTailLine> TailLines(SafeFileHandle handle, long end, string path)
    {
        for (var number = 1; end > 0; number++)
        {
            var start = LastLineEnd(handle, end - 1);
            var line = new byte[end - 1 - start];
            RandomAccess.Read(handle, line, start);
            yield return JournalLine.ReadTail(line, number == 1 ? $"{path}, last line" : $"{path}, line {number} from its end");
            end = start;
        }
    }

    /// <summary>The offset behind the last line feed before <paramref name="before"/>; 0 where there is none.</summary>
    internal static long LastLineEnd(SafeFileHandle handle, long before)
    {
        var buffer = new byte[16 << 10];
        while (before > 0)
        {
            var start = Math.Max(0, before - buffer.Length);
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)(before - start)), start);
            var found = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (found >= 0) return start + found + 1;
            before = start;
        }
        return 0;
    }
}
