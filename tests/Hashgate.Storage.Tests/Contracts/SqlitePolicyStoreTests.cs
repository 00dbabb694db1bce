using Hashgate.Core.Policy;
using Hashgate.Storage.Policy;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

public sealed class SqlitePolicyStoreTests : PolicyStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<SqlitePolicyStore> _open = [];

    protected override Task<IPolicyStore> OpenAsync() => OpenAnotherAsync();

    protected override Task<IPolicyStore> OpenAnotherAsync()
    {
        var store = new SqlitePolicyStore(Path.Combine(_directory.Path, "policy.db"));
        _open.Add(store);
        return Task.FromResult<IPolicyStore>(store);
    }

    protected override Task CloseAsync() => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var store in _open) store.Dispose();
        _directory.Dispose();
    }
}
