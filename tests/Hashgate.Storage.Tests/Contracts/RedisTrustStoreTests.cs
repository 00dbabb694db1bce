using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

[Trait("Needs", "redis")]
public sealed class RedisTrustStoreTests : TrustStoreContract
{
    private readonly List<IAsyncDisposable> _open = [];
    private RedisServer? _server;

    protected override async Task<ITrustStore> OpenAsync()
    {
        _server = await RedisServer.StartAsync();
        return await OpenAnotherAsync();
    }

    protected override Task<ITrustStore> OpenAnotherAsync()
    {
        var connection = new RedisConnection(new RedisOptions { Configuration = _server!.Configuration, Timeout = TimeSpan.FromSeconds(20) });
        _open.Add(connection);
        return Task.FromResult<ITrustStore>(new RedisTrustStore(connection));
    }

    protected override async Task CloseAsync()
    {
        foreach (var connection in _open) await connection.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }
}
