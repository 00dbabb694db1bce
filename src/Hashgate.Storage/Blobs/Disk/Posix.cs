using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>
/// What the framework does not offer: flushing a directory, a rename that never turns into a copy, and a file's inode and
/// change time. Where there is no Linux libc the framework's nearest is used.
/// </summary>
internal static partial class Posix
{
    /// <summary>Flushes a directory's entries, so that a file renamed into it is still there after a power loss.</summary>
    /// <exception cref="IOException">The directory can't be opened or flushed.</exception>
    public static void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = Open(path, ReadDirectoryOnly);
        if (descriptor < 0) throw Failure("open", path);
        try
        {
            if (Fsync(descriptor) != 0) throw Failure("flush", path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Renames atomically, over what is there. Never copies: between two file systems it fails.</summary>
    /// <exception cref="IOException">The file could not be renamed.</exception>
    public static void Rename(string from, string to)
    {
        if (!OperatingSystem.IsLinux()) File.Move(from, to, overwrite: true);
        else if (RenameFile(from, to) != 0) throw Failure("rename", from);
    }

    /// <summary>What tells this file, as it is now, from any other and from itself after a change.</summary>
    /// <exception cref="IOException">The file can't be asked.</exception>
    public static FileIdentity Identify(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new FileIdentity(RandomAccess.GetLength(file), 0, File.GetLastWriteTimeUtc(file).Ticks, File.GetCreationTimeUtc(file).Ticks);
        }
        if (Statx(file, "", EmptyPath, BasicStats, out var stat) != 0) throw Failure("stat", "an open file");
        return new FileIdentity((long)stat.Size, (long)stat.Inode, stat.Modified.Nanoseconds, stat.Changed.Nanoseconds);
    }

    private static IOException Failure(string verb, string path)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"Cannot {verb} {path}: {cause.Message}", cause) { HResult = cause.NativeErrorCode };
    }

    private const int ReadDirectoryOnly = 0x80000; // O_CLOEXEC; O_DIRECTORY differs between architectures and is not needed
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    private const uint BasicStats = 0x7ff; // STATX_BASIC_STATS

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameFile(string from, string to);

    // statx, not stat: its structure is the same on every architecture.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle directory, string path, int flags, uint mask, out StatxBuffer buffer);

    /// <summary><c>struct statx</c> (linux/stat.h), the fields that are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public StatxTime Changed;
        [FieldOffset(112)] public StatxTime Modified;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct StatxTime
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;
        private readonly int _reserved;

        public readonly long Nanoseconds => _seconds * 1_000_000_000 + _nanoseconds;
    }
}

/// <summary>
/// A file's length, inode, and times of last write and last change in nanoseconds. Equal before and after: nobody wrote to
/// it through the file system in between; a restored write time doesn't hide it, for the change time can't be set.
/// </summary>
internal readonly record struct FileIdentity(long Length, long Inode, long Modified, long Changed)
{
    /// <summary>Of a file that was never verified; equal to no real file's.</summary>
    public static FileIdentity Unknown(long length) => new(length, -1, -1, -1);
}
