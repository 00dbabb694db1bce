using Hashgate.Core.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>The fake that other tests lean on keeps the same promises.</summary>
public sealed class MemoryTrustStoreTests : TrustStoreContract
{
    private readonly MemoryTrustStore _store = new();

    protected override Task<ITrustStore> OpenAsync() => Task.FromResult<ITrustStore>(_store);

    protected override Task<ITrustStore> OpenAnotherAsync() => Task.FromResult<ITrustStore>(_store);

    protected override Task CloseAsync() => Task.CompletedTask;
}
