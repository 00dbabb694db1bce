using Hashgate.Storage.Traffic;

namespace Hashgate.Storage.Tests.Contracts;

[Trait("Needs", "redis")]
public class RedisTrafficStoreTests : TrafficStoreContract
{
    private RedisBed? _bed;

    protected virtual Task<RedisBed> MakeBedAsync() => RedisBed.OwnAsync();

    protected override async Task<ITrafficStore> OpenAsync()
    {
        _bed = await MakeBedAsync();
        return new RedisTrafficStore(_bed.Connect());
    }

    protected override async Task CloseAsync()
    {
        if (_bed is not null) await _bed.DisposeAsync();
    }
}
