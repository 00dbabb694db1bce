using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Events;

/// <summary>
/// The sums beside the stream: for each hour a hash of counts by kind and rule, and for each hour and day a sorted set of the projects and
/// one of the clients that were refused. A sorted set of all these keys, by the hour they end with, tells what to remove.
/// </summary>
internal sealed class RedisEventSums(RedisConnection redis)
{
    private const int ChunkLength = 500;
    private const char Separator = '\n';

    private RedisKey Ends => redis.Key("events:sums");

    /// <summary>Adds to a transaction, in which the events are appended too.</summary>
    /// <returns>Once it is executed: the spans that have more names than are wanted.</returns>
    public Func<Task<IReadOnlyList<NameSpan>>> Add(ITransaction transaction, EventSums sums)
    {
        foreach (var hour in sums.Kinds.GroupBy(k => k.Key.Hour))
        {
            _ = transaction.SortedSetAddAsync(Ends, Name(hour.Key), hour.Key + EventSums.Hour);
            foreach (var (sum, count) in hour) _ = transaction.HashIncrementAsync(redis.Key(Name(hour.Key)), $"{sum.Kind}{Separator}{sum.Rule}", count);
        }
        var lengths = new List<(NameSpan Span, Task<long> Length)>();
        foreach (var span in sums.Names.GroupBy(n => n.Key.Span))
        {
            _ = transaction.SortedSetAddAsync(Ends, Name(span.Key), span.Key.Start + span.Key.Hours);
            foreach (var (sum, count) in span) _ = transaction.SortedSetIncrementAsync(redis.Key(Name(span.Key)), sum.Name, count);
            lengths.Add((span.Key, transaction.SortedSetLengthAsync(redis.Key(Name(span.Key)))));
        }
        return async () =>
        {
            var crowded = new List<NameSpan>();
            foreach (var (span, length) in lengths)
            {
                if (await length > 2 * span.Kept) crowded.Add(span);
            }
            return crowded;
        };
    }

    /// <summary>Removes the least refused of the names that are too many.</summary>
    public async ValueTask BoundAsync(NameSpan span, CancellationToken cancellationToken) =>
        await redis.RunAsync(d => d.SortedSetRemoveRangeByRankAsync(redis.Key(Name(span)), 0, -(span.Kept + 1)), cancellationToken);

    public async ValueTask<EventSummary> SummarizeAsync(EventSummaryBuilder summary, CancellationToken cancellationToken)
    {
        foreach (var hours in Hours(summary.FirstHour, summary.EndHour, EventSums.Hour).Chunk(ChunkLength))
        {
            var hashes = await redis.RunAsync(d => Task.WhenAll(hours.Select(hour => d.HashGetAllAsync(redis.Key(Name(hour))))), cancellationToken);
            foreach (var (hour, entries) in hours.Zip(hashes))
            {
                foreach (var entry in entries)
                {
                    if (((string)entry.Name!).Split(Separator) is [var kind, var rule]) summary.Add(hour, kind, rule, (long)entry.Value);
                }
            }
        }
        return summary.Build(await TopAsync(EventSums.Projects, summary, cancellationToken), await TopAsync(EventSums.Clients, summary, cancellationToken));
    }

    /// <summary>Removes what ended before this hour, or with it.</summary>
    public async ValueTask TrimAsync(long beforeHour, CancellationToken cancellationToken)
    {
        while (true)
        {
            var names = await redis.RunAsync(d => d.SortedSetRangeByScoreAsync(Ends, stop: beforeHour, take: ChunkLength), cancellationToken);
            if (names.Length == 0) return;
            // In this order: what is named and gone already does no harm, what is there and not named would stay for ever.
            await redis.RunAsync(d => d.KeyDeleteAsync([.. names.Select(name => redis.Key(name!))]), cancellationToken);
            await redis.RunAsync(d => d.SortedSetRemoveAsync(Ends, names), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<NamedCount>> TopAsync(string of, EventSummaryBuilder summary, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var spans = EventSums.Spans(summary.FirstHour, summary.EndHour).SelectMany(s => Hours(s.From, s.To, s.Hours).Select(start => new NameSpan(of, s.Hours, start)));
        foreach (var some in spans.Chunk(ChunkLength))
        {
            var sets = await redis.RunAsync(d => Task.WhenAll(some.Select(span => d.SortedSetRangeByRankWithScoresAsync(redis.Key(Name(span))))), cancellationToken);
            foreach (var entry in sets.SelectMany(set => set))
            {
                counts[entry.Element!] = counts.GetValueOrDefault(entry.Element!) + (long)entry.Score;
            }
        }
        return EventSummaryBuilder.Top(counts.Select(c => new NamedCount(c.Key, c.Value)));
    }

    private static IEnumerable<long> Hours(long from, long to, int step)
    {
        for (var hour = from; hour < to; hour += step) yield return hour;
    }

    private static string Name(long hour) => string.Create(CultureInfo.InvariantCulture, $"events:kinds:{hour}");

    private static string Name(NameSpan span) => string.Create(CultureInfo.InvariantCulture, $"events:{span.Of}s:{span.Hours}:{span.Start}");
}
