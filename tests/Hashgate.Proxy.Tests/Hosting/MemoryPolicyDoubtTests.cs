using Hashgate.Core.Policy;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Hosting;

public sealed class MemoryPolicyDoubtTests : PolicyDoubtContract
{
    private readonly MemoryPolicyStore _store = new();

    protected override Task<IPolicyStore> OpenAsync() => Task.FromResult<IPolicyStore>(_store);

    protected override Task FlushAsync()
    {
        _store.Flush();
        return Task.CompletedTask;
    }

    protected override Task<Func<Task>> DumpAsync()
    {
        var restore = _store.Dump();
        return Task.FromResult<Func<Task>>(() =>
        {
            restore();
            return Task.CompletedTask;
        });
    }

    protected override Task CloseAsync() => Task.CompletedTask;
}
