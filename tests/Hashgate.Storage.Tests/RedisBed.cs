using Hashgate.Storage.Redis;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests;

/// <summary>Where a test's Redis is: a server of its own, or a key prefix of its own in a cluster that others use too, never at once.</summary>
public sealed class RedisBed : IAsyncDisposable
{
    private readonly string _dumps = Directory.CreateTempSubdirectory("hashgate-test-").FullName;
    private readonly string _prefix = Guid.NewGuid().ToString("n");
    private readonly List<RedisConnection> _connections = [];
    private readonly RedisServer? _own;
    private readonly RedisCluster? _cluster;

    private RedisBed(RedisServer? own, RedisCluster? cluster) => (_own, _cluster) = (own, cluster);

    public IReadOnlyList<RedisServer> Servers => _cluster?.Servers ?? [_own!];

    public static async Task<RedisBed> OwnAsync() => new(await RedisServer.StartAsync(), null);

    public static RedisBed In(RedisCluster cluster) => new(null, cluster);

    /// <summary>Another process's connection.</summary>
    public RedisConnection Connect(int timeoutSeconds = 20)
    {
        var connection = new RedisConnection(new RedisOptions
        {
            Configuration = _cluster?.Configuration ?? _own!.Configuration,
            Cluster = _cluster is not null,
            KeyPrefix = _prefix,
            Timeout = TimeSpan.FromSeconds(timeoutSeconds),
        });
        _connections.Add(connection);
        return connection;
    }

    public Task EmptyAsync() => Task.WhenAll(Servers.Select(s => s.CommandAsync("FLUSHALL")));

    public Task KillAsync() => Task.WhenAll(Servers.Select(s => s.KillAsync()));

    public async Task StartAgainAsync()
    {
        await Task.WhenAll(Servers.Select(s => s.StartAgainAsync()));
        if (_cluster is not null) await _cluster.ReadyAsync();
    }

    public void TakeDump()
    {
        foreach (var server in Servers) server.CopyData(DumpOf(server));
    }

    public async Task PutDumpBackAsync()
    {
        await Task.WhenAll(Servers.Select(s => s.StartFromAsync(DumpOf(s))));
        if (_cluster is not null) await _cluster.ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
        if (_own is not null) await _own.DisposeAsync();
        Directory.Delete(_dumps, recursive: true);
    }

    private string DumpOf(RedisServer server) => Path.Combine(_dumps, $"{server.Port}");
}
