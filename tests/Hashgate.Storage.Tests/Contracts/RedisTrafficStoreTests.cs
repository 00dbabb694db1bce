using Hashgate.Storage.Redis;
using Hashgate.Storage.Traffic;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

[Trait("Needs", "redis")]
public sealed class RedisTrafficStoreTests : TrafficStoreContract
{
    private readonly List<IAsyncDisposable> _running = [];

    protected override async Task<ITrafficStore> OpenAsync()
    {
        var server = await RedisServer.StartAsync();
        _running.Add(server);
        var connection = new RedisConnection(new RedisOptions { Configuration = server.Configuration, Timeout = TimeSpan.FromSeconds(20) });
        _running.Insert(0, connection);
        return new RedisTrafficStore(connection);
    }

    protected override async Task CloseAsync()
    {
        foreach (var each in _running) await each.DisposeAsync();
    }
}
