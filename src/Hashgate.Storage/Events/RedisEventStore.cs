using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Events;

/// <summary>Events of all replicas in one Redis stream, whose own ids are the order and the cursor, and their sums beside it.</summary>
public sealed class RedisEventStore : IEventStore
{
    private const int Chunk = 1000;

    /// <summary>The most entries that one query reads through: a filter that matches little gives short pages, not a long wait.</summary>
    private const int MaxRead = 50_000;

    /// <summary>An event is appended soon after it happened; so much is for clocks that differ.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private static readonly RedisValue Field = "event";

    private readonly RedisConnection _redis;
    private readonly RedisEventSums _sums;
    private readonly RedisEventBackfill _backfill;

    public RedisEventStore(RedisConnection redis)
    {
        (_redis, _sums) = (redis, new RedisEventSums(redis));
        _backfill = new RedisEventBackfill(redis, this, _sums);
    }

    public bool IsShared => true;

    private RedisKey Stream => _redis.Key("events");

    public async ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        await _backfill.BeginAsync(cancellationToken);
        // One transaction: events without their sums, or the reverse, would stay so for ever.
        var (stored, crowded) = await _redis.RunAsync(
            async database =>
            {
                var transaction = database.CreateTransaction();
                var ids = events.Select(e => transaction.StreamAddAsync(Stream, Field, StoredEventJson.Of(e))).ToList();
                var crowding = _sums.Add(transaction, EventSums.Of(events));
                _backfill.Keep(transaction);
                if (!await transaction.ExecuteAsync()) throw new StoreUnavailableException("Redis did not take the events.");
                return (events.Zip(await Task.WhenAll(ids), (e, id) => new StoredEvent(id.ToString(), e)).ToList(), await crowding());
            },
            cancellationToken);
        foreach (var span in crowded) await _sums.BoundAsync(span, cancellationToken);
        return stored;
    }

    public async ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var newest = query.Cursor is null ? "+" : "(" + CheckedId(query.Cursor);
        var prefilter = new EventPrefilter(query);
        var limit = Math.Clamp(query.Limit, 1, EventQuery.MaxLimit);
        RedisValue oldest = query.Since is { } since ? Math.Max(0, (since - Slack).ToUnixTimeMilliseconds()) : (RedisValue)"-";
        var found = new List<StoredEvent>();
        for (var read = 0; read < MaxRead; read += Chunk)
        {
            var end = newest;
            var entries = await _redis.RunAsync(d => d.StreamRangeAsync(Stream, oldest, end, Chunk, Order.Descending), cancellationToken);
            foreach (var entry in entries)
            {
                if (Read(entry, query, prefilter) is not { } match) continue;
                // One more than asked for tells that there is a next page.
                if (found.Count == limit) return new EventPage(found, found[^1].Id);
                found.Add(match);
            }
            if (entries.Length < Chunk) return new EventPage(found, null);
            newest = "(" + entries[^1].Id;
        }
        return new EventPage(found, newest[1..]);
    }

    public async ValueTask<LaterEvents> ReadAfterAsync(string id, EventQuery filter, CancellationToken cancellationToken)
    {
        var after = CheckedId(id);
        var prefilter = new EventPrefilter(filter);
        var limit = Math.Clamp(filter.Limit, 1, EventQuery.MaxLimit);
        var found = new List<StoredEvent>();
        for (var read = 0; read < MaxRead; read += Chunk)
        {
            var start = "(" + after;
            var entries = await _redis.RunAsync(d => d.StreamRangeAsync(Stream, start, "+", Chunk), cancellationToken);
            foreach (var entry in entries)
            {
                after = entry.Id.ToString();
                if (Read(entry, filter, prefilter) is not { } match) continue;
                found.Add(match);
                if (found.Count == limit) return new LaterEvents(found, after, HasMore: true);
            }
            if (entries.Length < Chunk) return new LaterEvents(found, after, HasMore: false);
        }
        return new LaterEvents(found, after, HasMore: true);
    }

    public async ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsId(id)) return null;
        var entries = await _redis.RunAsync(d => d.StreamRangeAsync(Stream, id, id, 1), cancellationToken);
        return entries.Length == 1 ? Read(entries[0], new EventQuery(), null) : null;
    }

    public async ValueTask<string> NewestAsync(CancellationToken cancellationToken)
    {
        var entries = await _redis.RunAsync(d => d.StreamRangeAsync(Stream, "-", "+", 1, Order.Descending), cancellationToken);
        return entries.Length == 0 ? StoredEvent.BeforeAll : entries[0].Id.ToString();
    }

    public int Compare(string id, string other) => Parts(id).CompareTo(Parts(other));

    public ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken) =>
        _sums.SummarizeAsync(new EventSummaryBuilder(since, until, step), cancellationToken);

    public async ValueTask TrimAsync(DateTimeOffset before, long maxCount, CancellationToken cancellationToken)
    {
        await _backfill.FillAsync(cancellationToken);
        await _sums.TrimAsync(EventSummaryBuilder.HourOf(before), cancellationToken);
        // By the ids' time, which is Redis' own at the appending.
        await _redis.RunAsync(
            async database =>
            {
                await database.ExecuteAsync("XTRIM", Stream, "MINID", before.ToUnixTimeMilliseconds());
                return await database.StreamTrimAsync(Stream, (int)Math.Min(maxCount, int.MaxValue));
            },
            cancellationToken);
    }

    private static StoredEvent? Read(StreamEntry entry, EventQuery query, EventPrefilter? prefilter)
    {
        var json = (byte[]?)entry[Field] ?? [];
        return prefilter?.MayMatch(json) != false && StoredEventJson.Parse(json) is { } happened && query.Matches(happened) ? new StoredEvent(entry.Id.ToString(), happened) : null;
    }

    private static string CheckedId(string id) =>
        id == StoredEvent.BeforeAll || IsId(id) ? id : throw new FormatException("That is no event's id, nor a cursor that came with events.");

    private static bool IsId(string id) =>
        id.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash && IsNumber(id.AsSpan(0, dash)) && IsNumber(id.AsSpan(dash + 1));

    private static bool IsNumber(ReadOnlySpan<char> text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static (ulong Time, ulong Number) Parts(string id)
    {
        if (CheckedId(id) == StoredEvent.BeforeAll) return (0, 0);
        var dash = id.IndexOf('-', StringComparison.Ordinal);
        return (ulong.Parse(id.AsSpan(0, dash), CultureInfo.InvariantCulture), ulong.Parse(id.AsSpan(dash + 1), CultureInfo.InvariantCulture));
    }
}
