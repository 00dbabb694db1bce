namespace Hashgate.Testing;

/// <summary>An empty directory of a test's own, removed with all that is in it.</summary>
public sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hashgate-test-").FullName;

    /// <summary>A path below it.</summary>
    public string this[params ReadOnlySpan<string> parts] => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
