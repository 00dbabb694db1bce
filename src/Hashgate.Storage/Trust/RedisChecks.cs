using System.Globalization;
using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Trust;

/// <summary>What Redis says of itself at start.</summary>
/// <param name="Unreachable">Why nothing could be checked; null where it answered. Not a wrong setting: it may come back.</param>
/// <param name="Problems">Each wrong setting and its remedy, a line each.</param>
public sealed record RedisCheckResult(string? Unreachable, IReadOnlyList<string> Problems);

/// <summary>Whether a Redis can be trusted with trust records: it must not forget what it has acknowledged.</summary>
public static class RedisChecks
{
    public static async ValueTask<RedisCheckResult> RunAsync(RedisConnection redis, RedisOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var problems = new List<string>();
            foreach (var (server, settings, forbidden) in await redis.RunAsync(ReadSettingsAsync, cancellationToken))
            {
                var name = options.Cluster ? $"Redis at {server}" : "Redis";
                if (forbidden is null) Check(name, settings, problems);
                else if (!options.AssumeDurable)
                    problems.Add($"{name} doesn't let its settings be read ({forbidden}): allow CONFIG GET, or make sure of appendonly yes, appendfsync always and maxmemory-policy noeviction yourself and set Hashgate:Redis:AssumeDurable to true.");
            }
            if (await CheckLayoutAsync(redis, options, cancellationToken) is { } layout) problems.Add(layout);
            else await CheckVersionAsync(redis, problems, cancellationToken);
            return new RedisCheckResult(null, problems);
        }
        catch (StoreUnavailableException e)
        {
            return new RedisCheckResult(e.Message, []);
        }
    }

    /// <summary>Whether keys lie as the server and what is there already want them; what is wrong where they don't.</summary>
    private static async ValueTask<string?> CheckLayoutAsync(RedisConnection redis, RedisOptions options, CancellationToken cancellationToken)
    {
        var isCluster = await redis.RunAsync(db => Task.FromResult(db.Multiplexer.GetServers().Any(s => s.IsConnected && s.ServerType == ServerType.Cluster)), cancellationToken);
        if (!isCluster) return options.Cluster ? "Redis is no cluster, and Hashgate:Redis:Cluster is true: set it to false." : null;
        var (here, otherwise) = await redis.RunAsync(async db =>
        {
            var own = db.KeyExistsAsync(RedisTrustStore.StateKeyOf(redis, 0, options.Cluster));
            return (await own, await db.KeyExistsAsync(RedisTrustStore.StateKeyOf(redis, 0, !options.Cluster)));
        }, cancellationToken);
        return (options.Cluster, here, otherwise) switch
        {
            // As it was before keys could be spread: goes on, in one slot.
            (false, true, false) => null,
            (true, _, false) => null,
            (false, false, false) => "Redis is a cluster: set Hashgate:Redis:Cluster to true, so that its keys are spread over it.",
            (false, _, true) => "Redis is a cluster with a trust store that is spread over it: set Hashgate:Redis:Cluster to true.",
            (true, _, true) => "Redis is a cluster with a trust store all in one slot, from when Hashgate:Redis:Cluster was false: set it to false again, or set another Hashgate:Redis:KeyPrefix and bring the records there with 'hashgate trust restore'.",
        };
    }

    private static async ValueTask CheckVersionAsync(RedisConnection redis, List<string> problems, CancellationToken cancellationToken)
    {
        var states = Enumerable.Range(0, RedisTrustStore.BucketsOf(redis)).Select(bucket => RedisTrustStore.StateKeyOf(redis, bucket, redis.IsCluster)).ToArray();
        var versions = await redis.RunAsync(db => Task.WhenAll(states.Select(state => db.HashGetAsync(state, "version"))), cancellationToken);
        if (versions.Max(v => (long?)v) is var newest && newest > RedisTrustStore.Version)
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The trust store in Redis has schema version {newest}; this program knows up to {RedisTrustStore.Version}. Run the newer program."));
        if (problems.Count > 0) return;
        // From here on it holds records that an older program can't read.
        foreach (var (state, version) in states.Zip(versions))
        {
            if ((long?)version < RedisTrustStore.Version) await redis.RunAsync(db => db.HashSetAsync(state, "version", RedisTrustStore.Version), cancellationToken);
        }
    }

    private static void Check(string server, Dictionary<string, string> settings, List<string> problems)
    {
        var (appendOnly, flush) = (settings.GetValueOrDefault("appendonly"), settings.GetValueOrDefault("appendfsync"));
        var (limit, policy) = (settings.GetValueOrDefault("maxmemory"), settings.GetValueOrDefault("maxmemory-policy") ?? "");
        if (appendOnly != "yes")
            problems.Add($"{server} has appendonly {appendOnly}: it would forget trust records when it restarts. Set 'appendonly yes' in redis.conf.");
        if (flush != "always")
            problems.Add($"{server} has appendfsync {flush}: a crash would lose the trust records of its last moments. Set 'appendfsync always' in redis.conf.");
        // The volatile policies only touch keys that expire; trust records never do.
        if (limit != "0" && policy != "noeviction" && !policy.StartsWith("volatile-", StringComparison.Ordinal))
            problems.Add($"{server} has maxmemory {limit} with maxmemory-policy {policy}: it would evict trust records when it is full. Set 'maxmemory-policy noeviction' (or one of volatile-*) in redis.conf.");
    }

    /// <summary>The settings of every server of a cluster, for each may take the writes one day; of a single Redis as the program meets it.</summary>
    private static async Task<(string Server, Dictionary<string, string> Settings, string? Forbidden)[]> ReadSettingsAsync(IDatabase db)
    {
        var members = db.Multiplexer.GetServers().Where(s => s is { IsConnected: true, ServerType: ServerType.Cluster }).ToArray();
        return members.Length == 0
            ? [await ReadSettingsAsync("", (name, arguments) => db.ExecuteAsync(name, arguments))]
            : await Task.WhenAll(members.Select(s => ReadSettingsAsync($"{s.EndPoint}", (name, arguments) => s.ExecuteAsync(name, arguments))));
    }

    private static async Task<(string Server, Dictionary<string, string> Settings, string? Forbidden)> ReadSettingsAsync(string server, Func<string, object[], Task<RedisResult>> execute)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var name in (string[])["appendonly", "appendfsync", "maxmemory", "maxmemory-policy"])
            {
                var reply = await execute("CONFIG", ["GET", name]);
                if (reply.Length >= 2) values[(string)reply[0]!] = (string)reply[1]!;
            }
            return (server, values, null);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("ERR", StringComparison.Ordinal) || e.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            return (server, values, e.Message.Split('\n')[0]);
        }
    }
}
