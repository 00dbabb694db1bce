namespace Hashgate.Proxy.Hosting;

/// <summary>The one directory that a process owns; held by one process at a time.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Makes the directory where it is missing and holds it.</summary>
    /// <exception cref="SettingsException">It can't be written, or another process holds it.</exception>
    public static DataDirectory Hold(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"Hashgate:DataDirectory is '{path}', which can't be made: {error.Message}"]);
        }
        try
        {
            return new DataDirectory(path, Open(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"Hashgate:DataDirectory '{path}' is in use by another process or can't be written: give each process a directory of its own."]);
        }
    }

    /// <summary>Whether a running process holds it.</summary>
    public static bool IsHeld(string path)
    {
        if (!File.Exists(LockPath(path))) return false;
        try
        {
            using var probe = Open(path);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            throw new SettingsException([$"Hashgate:DataDirectory '{path}' belongs to another user: run the command as the user that the server runs as."]);
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Open(string path) => new(LockPath(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static string LockPath(string path) => System.IO.Path.Combine(path, "lock");
}
