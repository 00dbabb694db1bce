using Hashgate.Core.Packaging;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>Where a blob's file is: <c>blobs/ab/&lt;sha256&gt;</c>, with the digest's first two digits as directory.</summary>
internal sealed class BlobDirectory(string root)
{
    public string PathOf(Sha256Digest digest)
    {
        var name = digest.ToString();
        return Path.Combine(root, name[..2], name);
    }

    /// <summary>Opens a blob's file; null where there is none.</summary>
    /// <exception cref="IOException">It is there and can't be opened.</exception>
    public SafeFileHandle? TryOpen(Sha256Digest digest)
    {
        try
        {
            // Shared with everybody: eviction may unlink it while it is read.
            return File.OpenHandle(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Moves a finished, flushed file to its place, to stay there through a power loss.</summary>
    /// <exception cref="IOException">It could not be moved or the directory not be flushed.</exception>
    public void TakeIn(string file, Sha256Digest digest)
    {
        var path = PathOf(digest);
        var directory = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            Posix.FlushDirectory(root);
        }
        Posix.Rename(file, path);
        Posix.FlushDirectory(directory);
    }

    /// <summary>Unlinks a blob's file; whoever has it open goes on reading.</summary>
    /// <exception cref="IOException">It could not be unlinked.</exception>
    public void Remove(Sha256Digest digest)
    {
        try
        {
            File.Delete(PathOf(digest));
        }
        catch (DirectoryNotFoundException)
        {
            // Gone is what was asked for.
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Every file below the root: its digest, or null for one whose name is no blob's.</summary>
    public IEnumerable<(FileInfo File, Sha256Digest? Digest)> Scan()
    {
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var known = Sha256Digest.TryParse(file.Name, out var digest) && file.FullName == Path.GetFullPath(PathOf(digest));
            yield return (file, known ? digest : null);
        }
    }
}
