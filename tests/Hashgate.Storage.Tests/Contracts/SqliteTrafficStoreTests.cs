using Hashgate.Storage.Traffic;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

public sealed class SqliteTrafficStoreTests : TrafficStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteTrafficStore? _store;

    protected override Task<ITrafficStore> OpenAsync() => Task.FromResult<ITrafficStore>(_store = new SqliteTrafficStore(Path.Combine(_directory.Path, "traffic.db")));

    protected override Task CloseAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _store?.Dispose();
        _directory.Dispose();
    }
}
