namespace Hashgate.Testing;

/// <summary>A new empty directory that goes with its owner.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hashgate-test-").FullName;

    public void Dispose()
    {
        // A process that a test has just ended may still be letting go of its files.
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
