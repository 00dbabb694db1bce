using Hashgate.Core.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

public sealed class MemoryTrustLossTests : TrustLossContract
{
    private readonly MemoryTrustStore _store = new();
    private Action _putBack = static () => { };

    protected override Task<ITrustStore> OpenAsync() => Task.FromResult<ITrustStore>(_store);

    protected override Task<ITrustStore> EmptyAsync()
    {
        _store.Flush();
        return OpenAsync();
    }

    protected override Task TakeDumpAsync()
    {
        _putBack = _store.Dump();
        return Task.CompletedTask;
    }

    protected override Task<ITrustStore> PutDumpBackAsync()
    {
        _putBack();
        return OpenAsync();
    }

    protected override Task CloseAsync() => Task.CompletedTask;
}
