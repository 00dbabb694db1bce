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
            var settings = await redis.RunAsync(ReadSettingsAsync, cancellationToken);
            if (settings.Forbidden is { } forbidden)
            {
                if (!options.AssumeDurable)
                    problems.Add($"Redis doesn't let its settings be read ({forbidden}): allow CONFIG GET, or make sure of appendonly yes, appendfsync always and maxmemory-policy noeviction yourself and set Hashgate:Redis:AssumeDurable to true.");
            }
            else
            {
                Check(settings.Values, problems);
            }
            var version = (long?)await redis.RunAsync(db => db.HashGetAsync(RedisTrustStore.StateKeyOf(redis, 0), "version"), cancellationToken);
            if (version > RedisTrustStore.Version)
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"The trust store in Redis has schema version {version}; this program knows up to {RedisTrustStore.Version}. Run the newer program."));
            // From here on it holds records that an older program can't read.
            else if (problems.Count == 0 && version < RedisTrustStore.Version)
                await redis.RunAsync(db => db.HashSetAsync(RedisTrustStore.StateKeyOf(redis, 0), "version", RedisTrustStore.Version), cancellationToken);
            return new RedisCheckResult(null, problems);
        }
        catch (StoreUnavailableException e)
        {
            return new RedisCheckResult(e.Message, []);
        }
    }

    private static void Check(Dictionary<string, string> settings, List<string> problems)
    {
        var (appendOnly, flush) = (settings.GetValueOrDefault("appendonly"), settings.GetValueOrDefault("appendfsync"));
        var (limit, policy) = (settings.GetValueOrDefault("maxmemory"), settings.GetValueOrDefault("maxmemory-policy") ?? "");
        if (appendOnly != "yes")
            problems.Add($"Redis has appendonly {appendOnly}: it would forget trust records when it restarts. Set 'appendonly yes' in redis.conf.");
        if (flush != "always")
            problems.Add($"Redis has appendfsync {flush}: a crash would lose the trust records of its last moments. Set 'appendfsync always' in redis.conf.");
        // The volatile policies only touch keys that expire; trust records never do.
        if (limit != "0" && policy != "noeviction" && !policy.StartsWith("volatile-", StringComparison.Ordinal))
            problems.Add($"Redis has maxmemory {limit} with maxmemory-policy {policy}: it would evict trust records when it is full. Set 'maxmemory-policy noeviction' (or one of volatile-*) in redis.conf.");
    }

    private static async Task<(Dictionary<string, string> Values, string? Forbidden)> ReadSettingsAsync(IDatabase db)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var name in (string[])["appendonly", "appendfsync", "maxmemory", "maxmemory-policy"])
            {
                var reply = await db.ExecuteAsync("CONFIG", "GET", name);
                if (reply.Length >= 2) values[(string)reply[0]!] = (string)reply[1]!;
            }
            return (values, null);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("ERR", StringComparison.Ordinal) || e.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            return (values, e.Message.Split('\n')[0]);
        }
    }
}
