using System.Globalization;

namespace Hashgate.Testing;

/// <summary>A primary, a replica of it and three Sentinels that watch both, each a process of its own on loopback.</summary>
public sealed class RedisSentinels : IAsyncDisposable
{
    private const string Service = "hashgate";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<RedisServer> _sentinels = [];

    private RedisSentinels(RedisServer first, RedisServer second) => (First, Second) = (first, second);

    /// <summary>The primary at the start.</summary>
    public RedisServer First { get; }

    /// <summary>Its replica at the start.</summary>
    public RedisServer Second { get; }

    public IReadOnlyList<RedisServer> Sentinels => _sentinels;

    /// <summary>What a client connects to.</summary>
    public string Configuration => $"{string.Join(',', _sentinels.Select(s => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{s.Port}")))},serviceName={Service},{RedisUser.Credentials}";

    /// <summary>Starts all, and waits until a failover could begin.</summary>
    public static async Task<RedisSentinels> StartAsync()
    {
        // A replica is brought up to date at once, not after a pause for others that might come.
        var first = await RedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        var second = await RedisServer.StartAsync("--replicaof", "127.0.0.1", first.Port.ToString(CultureInfo.InvariantCulture), "--repl-diskless-sync-delay", "0");
        var servers = new RedisSentinels(first, second);
        try
        {
            await UntilAsync(async () => (await first.LinesAsync("INFO replication", 20)).Any(l => l.StartsWith("slave0:", StringComparison.Ordinal) && l.Contains("state=online", StringComparison.Ordinal)));
            for (var i = 0; i < 3; i++) servers._sentinels.Add(await RedisServer.StartAsync(sentinel => [Configure(sentinel, first.Port), "--sentinel"]));
            foreach (var sentinel in servers._sentinels)
            {
                await UntilAsync(async () => (await sentinel.CommandAsync($"SENTINEL CKQUORUM {Service}")).StartsWith("+OK 3 usable", StringComparison.Ordinal));
                await UntilAsync(async () => await sentinel.CommandAsync($"SENTINEL REPLICAS {Service}") == "*1");
            }
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until most Sentinels name this server, and it takes writes.</summary>
    public Task UntilPrimaryAsync(RedisServer server) => UntilAsync(async () =>
    {
        var named = 0;
        foreach (var sentinel in _sentinels)
        {
            var answer = await sentinel.LinesAsync($"SENTINEL GET-MASTER-ADDR-BY-NAME {Service}", 5);
            if (answer.Count == 5 && answer[4] == server.Port.ToString(CultureInfo.InvariantCulture)) named++;
        }
        return named >= 2 && await RoleAsync(server) == "master";
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (RedisServer[])[.. _sentinels, First, Second]) await server.DisposeAsync();
    }

    private static async Task<string> RoleAsync(RedisServer server) => await server.LinesAsync("ROLE", 3) is [.., var role] ? role : "";

    private static string Configure(RedisServer sentinel, int primary)
    {
        var file = Path.Combine(sentinel.DataDirectory, "sentinel.conf");
        // It writes into its file what it finds out: what is there stays.
        if (!File.Exists(file))
            File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
                port {sentinel.Port}
                bind 127.0.0.1
                dir {sentinel.DataDirectory}
                sentinel monitor {Service} 127.0.0.1 {primary} 2
                sentinel down-after-milliseconds {Service} 1000
                sentinel failover-timeout {Service} 5000
                user {string.Join(' ', RedisUser.DocumentedForSentinels)}
                """));
        return file;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds()) await Task.Delay(50, patience.Token);
    }
}
