using Hashgate.Storage.Downloads;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

public sealed class SqliteDownloadStoreTests : DownloadStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteDownloadStore? _store;

    protected override Task<IDownloadStore> OpenAsync() => Task.FromResult<IDownloadStore>(_store = new SqliteDownloadStore(Path.Combine(_directory.Path, "downloads.db")));

    protected override Task CloseAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _store?.Dispose();
        _directory.Dispose();
    }
}
