using System.Globalization;

namespace Hashgate.Testing.S3;

/// <summary>
/// s3rver, a small object store of Node's, on a loopback port. It asserts no signature and knows no conditions, and can't take back an upload
/// in parts.
/// </summary>
public sealed class S3rver : IAsyncDisposable
{
    public const string Bucket = "blobs";

    private readonly TemporaryDirectory _directory = new();
    private ServerProcess? _process;

    public Uri Url { get; private set; } = null!;

    public static async Task<S3rver> StartAsync()
    {
        var script = await Npm.FindAsync(Path.Combine("tests", "Hashgate.Testing", "S3"), Path.Combine("s3rver", "bin", "s3rver.js"));
        var store = new S3rver();
        try
        {
            var port = LoopbackPort.Free();
            store.Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            store._process = ServerProcess.Start("node", script, "-d", store._directory.Path, "-a", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "--configure-bucket", Bucket, "--silent");
            await store._process.ListensAsync(port);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process) await process.DisposeAsync();
        _directory.Dispose();
    }
}
