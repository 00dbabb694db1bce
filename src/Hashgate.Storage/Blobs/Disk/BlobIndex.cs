using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Hashgate.Core.Packaging;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>
/// Every blob's identity, size and last use: in memory, and in one file of fixed-size entries of which the last one for a
/// digest counts. Nothing is ever believed because of it: a lost, torn or wrong entry differs from the file and costs one
/// more hashing. So it is never flushed, and reading it is all that a start with many blobs has to do.
/// </summary>
internal sealed class BlobIndex : IDisposable
{
    private static ReadOnlySpan<byte> Header => "hashgate blob index 1\n"u8;

    private readonly ConcurrentDictionary<Sha256Digest, BlobEntry> _entries = new();
    private readonly Lock _tableLock = new();
    private readonly Lock _fileLock = new();
    private SafeFileHandle? _file;
    private long _end;
    private long _totalBytes;

    private BlobIndex(string path) => Path = path;

    public string Path { get; }

    /// <summary>What all blobs take, in bytes.</summary>
    public long TotalBytes => Volatile.Read(ref _totalBytes);

    public int Count => _entries.Count;

    public ICollection<BlobEntry> Entries => _entries.Values;

    public bool TryGet(Sha256Digest digest, [NotNullWhen(true)] out BlobEntry? entry) => _entries.TryGetValue(digest, out entry);

    /// <summary>Reads the file as far as it can be read. Nothing is written before the first <see cref="Save"/>.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static BlobIndex Load(string path)
    {
        var index = new BlobIndex(path);
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (bytes.AsSpan().StartsWith(Header))
        {
            // A torn last entry is shorter than the others and falls away.
            for (var at = Header.Length; at + BlobEntry.Size <= bytes.Length; at += BlobEntry.Size)
            {
                var entry = BlobEntry.ReadFrom(bytes.AsSpan(at, BlobEntry.Size));
                if (entry.Length >= 0) index.Keep(entry);
            }
        }
        return index;
    }

    /// <summary>Puts an entry in place of the one that is there.</summary>
    /// <exception cref="IOException">It could not be written; it is known in memory all the same.</exception>
    public void Put(BlobEntry entry)
    {
        Keep(entry);
        Span<byte> bytes = stackalloc byte[BlobEntry.Size];
        entry.WriteTo(bytes);
        lock (_fileLock)
        {
            if (_file is null) return;
            RandomAccess.Write(_file, bytes, _end);
            _end += bytes.Length;
        }
    }

    /// <summary>Forgets an entry; the file forgets it with the next <see cref="Save"/>.</summary>
    public bool Remove(Sha256Digest digest)
    {
        lock (_tableLock)
        {
            if (!_entries.TryRemove(digest, out var gone)) return false;
            _totalBytes -= gone.Length;
            return true;
        }
    }

    /// <summary>Writes the file anew, without what was replaced or removed and with the last uses of now.</summary>
    /// <exception cref="IOException">It could not be written; the old file stands.</exception>
    public void Save()
    {
        lock (_fileLock)
        {
            var temporary = Path + ".new";
            var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                var entries = _entries.Values;
                var bytes = new byte[Header.Length + entries.Count * BlobEntry.Size];
                Header.CopyTo(bytes);
                var at = Header.Length;
                foreach (var entry in entries)
                {
                    entry.WriteTo(bytes.AsSpan(at));
                    at += BlobEntry.Size;
                }
                RandomAccess.Write(file, bytes, 0);
                Posix.Rename(temporary, Path);
                _file?.Dispose();
                (_file, _end) = (file, at);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (_fileLock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Keep(BlobEntry entry)
    {
        lock (_tableLock)
        {
            if (_entries.TryGetValue(entry.Digest, out var old)) _totalBytes -= old.Length;
            _entries[entry.Digest] = entry;
            _totalBytes += entry.Length;
        }
    }
}
