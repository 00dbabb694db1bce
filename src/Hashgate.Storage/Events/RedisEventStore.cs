using System.Globalization;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Events;

/// <summary>Events of all replicas in one Redis stream, whose own ids are the order and the cursor.</summary>
public sealed class RedisEventStore(RedisConnection redis) : IEventStore
{
    private const int Chunk = 500;

    /// <summary>The most entries that one query reads through: a filter that matches little gives short pages, not a long wait.</summary>
    private const int MaxRead = 50_000;

    /// <summary>An event is appended soon after it happened; so much is for clocks that differ.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private static readonly RedisValue Field = "event";

    private RedisKey Stream => redis.Key("events");

    public bool IsShared => true;

    public async ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        var ids = await redis.RunAsync(
            // Pipelined on one connection: in order, one round trip.
            database => Task.WhenAll(events.Select(e =>
                database.StreamAddAsync(Stream, Field, JsonSerializer.SerializeToUtf8Bytes(e, EventJson.Default.Event)))),
            cancellationToken);
        return [.. events.Zip(ids, (e, id) => new StoredEvent(id.ToString(), e))];
    }

    public async ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var newest = query.Cursor is null ? "+" : "(" + CheckedId(query.Cursor);
        RedisValue oldest = query.Since is { } since ? Math.Max(0, (since - Slack).ToUnixTimeMilliseconds()) : (RedisValue)"-";
        var limit = Math.Clamp(query.Limit, 1, EventQuery.MaxLimit);
        var found = new List<StoredEvent>();
        for (var read = 0; read < MaxRead; read += Chunk)
        {
            var end = newest;
            var entries = await redis.RunAsync(d => d.StreamRangeAsync(Stream, oldest, end, Chunk, Order.Descending), cancellationToken);
            foreach (var entry in entries)
            {
                if (Read(entry) is not { } happened || !query.Matches(happened)) continue;
                // One more than asked for tells that there is a next page.
                if (found.Count == limit) return new EventPage(found, found[^1].Id);
                found.Add(new StoredEvent(entry.Id.ToString(), happened));
            }
            if (entries.Length < Chunk) return new EventPage(found, null);
            newest = "(" + entries[^1].Id;
        }
        return new EventPage(found, newest[1..]);
    }

    public async ValueTask<LaterEvents> ReadAfterAsync(string? id, EventQuery filter, CancellationToken cancellationToken)
    {
        var after = id is null ? null : CheckedId(id);
        var limit = Math.Clamp(filter.Limit, 1, EventQuery.MaxLimit);
        var found = new List<StoredEvent>();
        for (var read = 0; read < MaxRead; read += Chunk)
        {
            RedisValue start = after is null ? "-" : "(" + after;
            var entries = await redis.RunAsync(d => d.StreamRangeAsync(Stream, start, "+", Chunk), cancellationToken);
            foreach (var entry in entries)
            {
                after = entry.Id.ToString();
                if (Read(entry) is not { } happened || !filter.Matches(happened)) continue;
                found.Add(new StoredEvent(after, happened));
                if (found.Count == limit) return new LaterEvents(found, after, HasMore: true);
            }
            if (entries.Length < Chunk) return new LaterEvents(found, after, HasMore: false);
        }
        return new LaterEvents(found, after, HasMore: true);
    }

    public async ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsId(id)) return null;
        var entries = await redis.RunAsync(d => d.StreamRangeAsync(Stream, id, id, 1), cancellationToken);
        return entries.Length == 1 && Read(entries[0]) is { } happened ? new StoredEvent(id, happened) : null;
    }

    public async ValueTask<string?> NewestAsync(CancellationToken cancellationToken)
    {
        var entries = await redis.RunAsync(d => d.StreamRangeAsync(Stream, "-", "+", 1, Order.Descending), cancellationToken);
        return entries.Length == 0 ? null : entries[0].Id.ToString();
    }

    public int Compare(string id, string other) => Parts(id).CompareTo(Parts(other));

    public async ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken)
    {
        var summary = new EventSummaryBuilder(since, until, step);
        var sums = new EventSums();
        LaterEvents some = new([], null, HasMore: true);
        while (some.HasMore)
        {
            some = await ReadAfterAsync(some.After, new EventQuery(Limit: EventQuery.MaxLimit), cancellationToken);
            foreach (var e in some.Events) sums.Add(e.Event);
        }
        foreach (var (sum, count) in sums.Kinds) summary.Add(sum.Hour, sum.Kind, sum.Rule, count);
        return summary.Build(Top(EventSums.Projects), Top(EventSums.Clients));

        IReadOnlyList<NamedCount> Top(string of) => EventSummaryBuilder.Top(sums.Names
            .Where(n => n.Key.Span.Of == of && n.Key.Span.Hours == EventSums.Hour && n.Key.Span.Start >= summary.FirstHour && n.Key.Span.Start < summary.EndHour)
            .GroupBy(n => n.Key.Name).Select(g => new NamedCount(g.Key, g.Sum(n => n.Value))));
    }

    public async ValueTask TrimAsync(DateTimeOffset before, long maxCount, CancellationToken cancellationToken) =>
        // By the ids' time, which is Redis' own at the appending.
        await redis.RunAsync(
            async database =>
            {
                await database.ExecuteAsync("XTRIM", Stream, "MINID", before.ToUnixTimeMilliseconds());
                return await database.StreamTrimAsync(Stream, (int)Math.Min(maxCount, int.MaxValue));
            },
            cancellationToken);

    private static Event? Read(StreamEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize((byte[]?)entry[Field] ?? [], EventJson.Default.Event);
        }
        catch (JsonException)
        {
            // Another version's, that this one can't read: nothing to show, and no reason to hide the others.
            return null;
        }
    }

    private static string CheckedId(string id) => IsId(id) ? id : throw new FormatException("That is no event's id, nor a cursor that came with events.");

    private static bool IsId(string id) =>
        id.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash && IsNumber(id.AsSpan(0, dash)) && IsNumber(id.AsSpan(dash + 1));

    private static bool IsNumber(ReadOnlySpan<char> text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static (ulong Time, ulong Number) Parts(string id)
    {
        var dash = CheckedId(id).IndexOf('-', StringComparison.Ordinal);
        return (ulong.Parse(id.AsSpan(0, dash), CultureInfo.InvariantCulture), ulong.Parse(id.AsSpan(dash + 1), CultureInfo.InvariantCulture));
    }
}
