using System.Runtime.InteropServices;

namespace Hashgate.Storage;

/// <summary>
/// Makes a file's name as durable as its bytes: on Unix a new or renamed file is found again after a power cut only once
/// its directory was flushed too. .NET opens no directories, so that this asks the C library.
/// </summary>
public static class DurableDirectory
{
    private const int ReadOnly = 0x80000; // O_CLOEXEC

    /// <summary>Flushes a directory's entries to disk. Windows has no such call and needs none.</summary>
    /// <exception cref="IOException">It could not be opened or flushed.</exception>
    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0) throw Error("opened", path);
        try
        {
            if (FSync(descriptor) != 0) throw Error("flushed", path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Error(string what, string path) =>
        new($"The directory {path} could not be {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
