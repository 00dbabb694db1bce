using System.Globalization;

namespace Hashgate.Testing;

/// <summary>A Redis Cluster of three servers on loopback that share the slots, and more that follow one of them where asked for.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384;
    private const int Masters = 3;

    private readonly List<RedisServer> _servers = [];

    private RedisCluster()
    {
    }

    /// <summary>The servers, those that were given slots first.</summary>
    public IReadOnlyList<RedisServer> Servers => _servers;

    /// <summary>What a client connects to.</summary>
    public string Configuration => string.Join(',', _servers.Select(s => s.Configuration));

    /// <summary>Starts one, and waits until it takes commands. With <paramref name="followers"/>, as many servers follow the first master.</summary>
    public static async Task<RedisCluster> StartAsync(int followers = 0)
    {
        var cluster = new RedisCluster();
        try
        {
            await cluster.FormAsync(followers);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The master, of those there were at the start, that was given this key's slot.</summary>
    public async Task<RedisServer> OwnerOfAsync(string key)
    {
        var slot = int.Parse((await Servers[^1].CommandAsync($"CLUSTER KEYSLOT {key}"))[1..], CultureInfo.InvariantCulture);
        return Servers[Enumerable.Range(0, Masters).Single(master => slot >= First(master) && slot < First(master + 1))];
    }

    /// <summary>Waits until every server that runs knows of one for every slot, or for the slots of all but these servers.</summary>
    public async Task ReadyAsync(params RedisServer[] without)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        foreach (var server in Servers.Except(without))
        {
            for (var n = 0; n < 20; n++)
            {
                // A key that isn't there, on any server: an answer or the way to it, as soon as the slot is served.
                while ((await server.CommandAsync($"GET ready:{n}")).StartsWith("-CLUSTERDOWN", StringComparison.Ordinal)) await Task.Delay(20, deadline.Token);
            }
        }
    }

    public async Task EmptyAsync()
    {
        foreach (var server in Servers) await server.CommandAsync("FLUSHALL");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }

    private async Task FormAsync(int followers)
    {
        var ports = new List<(RedisServer Server, int Bus)>();
        for (var n = 0; n < Masters + followers; n++)
        {
            var bus = LoopbackPort.Free();
            var server = await RedisServer.StartAsync(
                "--cluster-enabled", "yes", "--cluster-port", bus.ToString(CultureInfo.InvariantCulture), "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no");
            _servers.Add(server);
            ports.Add((server, bus));
        }
        for (var master = 0; master < Masters; master++) await TellAsync(_servers[master], string.Create(CultureInfo.InvariantCulture, $"CLUSTER ADDSLOTSRANGE {First(master)} {First(master + 1) - 1}"));
        foreach (var (server, bus) in ports.Skip(1)) await TellAsync(_servers[0], string.Create(CultureInfo.InvariantCulture, $"CLUSTER MEET 127.0.0.1 {server.Port} {bus}"));
        await ReadyAsync();
        var first = followers == 0 ? "" : await _servers[0].ReadAsync("CLUSTER MYID");
        foreach (var follower in _servers.Skip(Masters))
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (await follower.CommandAsync($"CLUSTER REPLICATE {first}") != "+OK") await Task.Delay(20, deadline.Token);
            while (!(await follower.ReadAsync("INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal)) await Task.Delay(20, deadline.Token);
        }
    }

    private static int First(int master) => master * Slots / Masters;

    private static async Task TellAsync(RedisServer server, string command)
    {
        if (await server.CommandAsync(command) is not "+OK" and var answer) throw new InvalidOperationException($"{command}: {answer}");
    }
}
