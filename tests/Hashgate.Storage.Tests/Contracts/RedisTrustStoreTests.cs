using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;

namespace Hashgate.Storage.Tests.Contracts;

[Trait("Needs", "redis")]
public class RedisTrustStoreTests : TrustStoreContract
{
    private RedisBed? _bed;

    protected virtual Task<RedisBed> MakeBedAsync() => RedisBed.OwnAsync();

    protected override async Task<ITrustStore> OpenAsync()
    {
        _bed = await MakeBedAsync();
        return await OpenAnotherAsync();
    }

    protected override Task<ITrustStore> OpenAnotherAsync() => Task.FromResult<ITrustStore>(new RedisTrustStore(_bed!.Connect()));

    protected override async Task CloseAsync()
    {
        if (_bed is not null) await _bed.DisposeAsync();
    }
}
