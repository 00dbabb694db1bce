using Hashgate.Core.Policy;
using Hashgate.Core.Trust;
using Hashgate.Storage.Policy;
using Hashgate.Storage.Redis;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

[Trait("Needs", "redis")]
public sealed class RedisPolicyStoreTests : PolicyStoreContract
{
    private readonly List<IAsyncDisposable> _open = [];
    private RedisServer? _server;

    [Fact]
    public async Task Redis_away_is_told_and_what_was_put_is_there_when_it_is_back()
    {
        await Store.PutAsync(new PolicyDocument("flag", "f1", "first"), default);
        await _server!.KillAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.GetStateAsync(default));

        await _server.StartAgainAsync();
        Assert.Equal("first", (await (await OpenAnotherAsync()).GetAsync("flag", "f1", default))!.Json);
    }

    protected override async Task<IPolicyStore> OpenAsync()
    {
        _server = await RedisServer.StartAsync();
        return await OpenAnotherAsync();
    }

    protected override Task<IPolicyStore> OpenAnotherAsync()
    {
        var connection = new RedisConnection(new RedisOptions { Configuration = _server!.Configuration, Timeout = TimeSpan.FromSeconds(20) });
        _open.Add(connection);
        return Task.FromResult<IPolicyStore>(new RedisPolicyStore(connection));
    }

    protected override async Task CloseAsync()
    {
        foreach (var connection in _open) await connection.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }
}
