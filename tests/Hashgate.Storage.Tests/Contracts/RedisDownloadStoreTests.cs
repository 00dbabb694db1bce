using Hashgate.Storage.Downloads;

namespace Hashgate.Storage.Tests.Contracts;

[Trait("Needs", "redis")]
public class RedisDownloadStoreTests : DownloadStoreContract
{
    private RedisBed? _bed;

    protected virtual Task<RedisBed> MakeBedAsync() => RedisBed.OwnAsync();

    protected override async Task<IDownloadStore> OpenAsync()
    {
        _bed = await MakeBedAsync();
        return new RedisDownloadStore(_bed.Connect());
    }

    protected override async Task CloseAsync()
    {
        if (_bed is not null) await _bed.DisposeAsync();
    }
}
