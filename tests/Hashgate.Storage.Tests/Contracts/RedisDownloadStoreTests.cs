using Hashgate.Storage.Downloads;
using Hashgate.Storage.Redis;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

[Trait("Needs", "redis")]
public sealed class RedisDownloadStoreTests : DownloadStoreContract
{
    private RedisServer? _server;
    private readonly List<IAsyncDisposable> _open = [];

    protected override async Task<IDownloadStore> OpenAsync()
    {
        _server = await RedisServer.StartAsync();
        var connection = new RedisConnection(new RedisOptions { Configuration = _server.Configuration, Timeout = TimeSpan.FromSeconds(20) });
        _open.Add(connection);
        return new RedisDownloadStore(connection);
    }

    protected override async Task CloseAsync()
    {
        foreach (var connection in _open) await connection.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }
}
