using Hashgate.Core.Policy;
using Hashgate.Core.Trust;
using Hashgate.Storage.Policy;

namespace Hashgate.Storage.Tests.Contracts;

[Trait("Needs", "redis")]
public class RedisPolicyStoreTests : PolicyStoreContract
{
    private RedisBed? _bed;

    [Fact]
    public async Task Redis_away_is_told_and_what_was_put_is_there_when_it_is_back()
    {
        await Store.PutAsync(new PolicyDocument("flag", "f1", "first"), default);
        await _bed!.KillAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.GetStateAsync(default));

        await _bed.StartAgainAsync();
        Assert.Equal("first", (await (await OpenAnotherAsync()).GetAsync("flag", "f1", default))!.Json);
    }

    protected virtual Task<RedisBed> MakeBedAsync() => RedisBed.OwnAsync();

    protected override async Task<IPolicyStore> OpenAsync()
    {
        _bed = await MakeBedAsync();
        return await OpenAnotherAsync();
    }

    protected override Task<IPolicyStore> OpenAnotherAsync() => Task.FromResult<IPolicyStore>(new RedisPolicyStore(_bed!.Connect()));

    protected override async Task CloseAsync()
    {
        if (_bed is not null) await _bed.DisposeAsync();
    }
}
