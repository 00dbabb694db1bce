using Hashgate.Core.Policy;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>The fake that other tests lean on keeps the same promises.</summary>
public sealed class MemoryPolicyStoreTests : PolicyStoreContract
{
    private readonly MemoryPolicyStore _store = new();

    protected override Task<IPolicyStore> OpenAsync() => Task.FromResult<IPolicyStore>(_store);

    protected override Task<IPolicyStore> OpenAnotherAsync() => Task.FromResult<IPolicyStore>(_store);

    protected override Task CloseAsync() => Task.CompletedTask;
}
