using System.Text.Json;
using Hashgate.Core.Replicas;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Replicas;

/// <summary>The replicas in one sorted set of Redis, scored by the second at which each was last there.</summary>
public sealed class RedisReplicaList(RedisConnection redis) : IReplicaList
{
    /// <summary>The most told of; more never live at once.</summary>
    private const int Max = 200;

    private RedisKey Key => redis.Key("replicas");

    public async ValueTask BeatAsync(Replica self, DateTimeOffset now, CancellationToken cancellationToken) => await redis.RunAsync(
        async database =>
        {
            var transaction = database.CreateTransaction();
            _ = transaction.SortedSetAddAsync(Key, Entry(self), now.ToUnixTimeSeconds());
            _ = transaction.SortedSetRemoveRangeByScoreAsync(Key, double.NegativeInfinity, Oldest(now), Exclude.Stop);
            _ = transaction.KeyExpireAsync(Key, IReplicaList.RememberedFor);
            return await transaction.ExecuteAsync();
        },
        cancellationToken);

    public async ValueTask LeaveAsync(Replica self, CancellationToken cancellationToken) =>
        await redis.RunAsync(database => database.SortedSetRemoveAsync(Key, Entry(self)), cancellationToken);

    public async ValueTask<IReadOnlyList<SeenReplica>> ListAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var entries = await redis.RunAsync(database => database.SortedSetRangeByScoreWithScoresAsync(Key, Oldest(now), order: Order.Descending, take: Max), cancellationToken);
        return [.. entries.Select(Read).OfType<SeenReplica>()];
    }

    private static long Oldest(DateTimeOffset now) => (now - IReplicaList.RememberedFor).ToUnixTimeSeconds();

    private static string Entry(Replica replica) => JsonSerializer.Serialize(replica);

    private static SeenReplica? Read(SortedSetEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize<Replica>((string)entry.Element!) is { Id: not null, Machine: not null, Version: not null } replica
                ? new SeenReplica(replica, DateTimeOffset.FromUnixTimeSeconds((long)entry.Score))
                : null;
        }
        catch (JsonException)
        {
            // Another version's, that this one can't read.
            return null;
        }
    }
}
