using Hashgate.Core.Traffic;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Traffic;

/// <summary>Traffic of all replicas in Redis: a hash of sums for each hour, and the set of hours.</summary>
public sealed class RedisTrafficStore(RedisConnection redis) : ITrafficStore
{
    /// <summary>Half a year of hours is read in a few round trips, none of which keeps Redis from others for long.</summary>
    private const int ChunkLength = 500;

    private static readonly (RedisValue Name, Func<TrafficHour, long> Value)[] Fields =
    [
        ("requests", t => t.Requests),
        ("pageHits", t => t.PageHits),
        ("pageMisses", t => t.PageMisses),
        ("fileHits", t => t.FileHits),
        ("fileMisses", t => t.FileMisses),
        ("bytesServed", t => t.BytesServed),
        ("bytesFetched", t => t.BytesFetched),
    ];

    private static readonly RedisValue[] Names = [.. Fields.Select(f => f.Name)];

    private RedisKey Hours => redis.Key("traffic");

    public async ValueTask AddAsync(TrafficHour traffic, CancellationToken cancellationToken)
    {
        var hour = TrafficHour.NumberOf(traffic.Hour);
        await redis.RunAsync(
            async database =>
            {
                var transaction = database.CreateTransaction();
                _ = transaction.SortedSetAddAsync(Hours, hour, hour);
                foreach (var (name, value) in Fields)
                {
                    if (value(traffic) != 0) _ = transaction.HashIncrementAsync(Sums(hour), name, value(traffic));
                }
                return await transaction.ExecuteAsync();
            },
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<TrafficHour>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var read = new List<TrafficHour>();
        var hours = await redis.RunAsync(d => d.SortedSetRangeByScoreAsync(Hours, TrafficHour.NumberOf(since)), cancellationToken);
        foreach (var chunk in hours.Select(h => (long)h).Chunk(ChunkLength))
        {
            var sums = await redis.RunAsync(d => Task.WhenAll(chunk.Select(hour => d.HashGetAsync(Sums(hour), Names))), cancellationToken);
            read.AddRange(chunk.Zip(sums, Read));
        }
        return read;
    }

    public async ValueTask TrimAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var last = TrafficHour.NumberOf(before) - 1;
        var hours = await redis.RunAsync(d => d.SortedSetRangeByScoreAsync(Hours, stop: last), cancellationToken);
        foreach (var chunk in hours.Select(h => (long)h).Chunk(ChunkLength))
            await redis.RunAsync(d => d.KeyDeleteAsync([.. chunk.Select(Sums)]), cancellationToken);
        await redis.RunAsync(d => d.SortedSetRemoveRangeByScoreAsync(Hours, double.NegativeInfinity, last), cancellationToken);
    }

    private RedisKey Sums(long hour) => redis.Key($"traffic:{hour}");

    // A sum that is not there is null, which reads as 0.
    private static TrafficHour Read(long hour, RedisValue[] sums) => new(
        DateTimeOffset.FromUnixTimeSeconds(hour * 3600), (long)sums[0], (long)sums[1], (long)sums[2], (long)sums[3], (long)sums[4], (long)sums[5], (long)sums[6]);
}
