using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

public sealed class SqliteTrustStoreTests : TrustStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<SqliteTrustStore> _open = [];

    protected override Task<ITrustStore> OpenAsync() => OpenAnotherAsync();

    protected override Task<ITrustStore> OpenAnotherAsync()
    {
        var store = new SqliteTrustStore(Path.Combine(_directory.Path, "trust.db"));
        _open.Add(store);
        return Task.FromResult<ITrustStore>(store);
    }

    protected override Task CloseAsync() => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var store in _open) store.Dispose();
        _directory.Dispose();
    }
}
