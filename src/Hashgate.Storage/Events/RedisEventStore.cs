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

    public async ValueTask AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken) =>
        await redis.RunAsync(
            // Pipelined on one connection: in order, one round trip.
            database => Task.WhenAll(events.Select(e =>
                database.StreamAddAsync(Stream, Field, JsonSerializer.SerializeToUtf8Bytes(e, EventJson.Default.Event)))),
            cancellationToken);

    public async ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var newest = query.Cursor is null ? "+" : "(" + CheckedId(query.Cursor);
        RedisValue oldest = query.Since is { } since ? Math.Max(0, (since - Slack).ToUnixTimeMilliseconds()) : (RedisValue)"-";
        var found = new List<StoredEvent>();
        for (var read = 0; read < MaxRead; read += Chunk)
        {
            var end = newest;
            var entries = await redis.RunAsync(d => d.StreamRangeAsync(Stream, oldest, end, Chunk, Order.Descending), cancellationToken);
            foreach (var entry in entries)
            {
                if (Read(entry) is not { } happened || !query.Matches(happened)) continue;
                // One more than asked for tells that there is a next page.
                if (found.Count == query.Limit) return new EventPage(found, found[^1].Id);
                found.Add(new StoredEvent(entry.Id.ToString(), happened));
            }
            if (entries.Length < Chunk) return new EventPage(found, null);
            newest = "(" + entries[^1].Id;
        }
        return new EventPage(found, newest[1..]);
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

    private static string CheckedId(string cursor)
    {
        var dash = cursor.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && IsNumber(cursor[..dash]) && IsNumber(cursor[(dash + 1)..]) ? cursor : throw new FormatException("The cursor is no event's id.");

        static bool IsNumber(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
