namespace Hashgate.Storage;

/// <summary>A file that is replaced whole or not at all: a crash leaves the old one or the new one. For one writer at a time.</summary>
public static class WholeFile
{
    /// <summary>Puts what is written in the place of the file, its directory made where there is none.</summary>
    /// <exception cref="IOException">The disk is full or broken; the older file stays.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory can't be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = path + ".new";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }
}
