using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Storage.Sqlite;

namespace Hashgate.Storage.Events;

/// <summary>Events in a SQLite file of their own, so that a flood of them never keeps a trust record waiting.</summary>
/// <param name="path">The file, <c>&lt;data&gt;/events.db</c>.</param>
public sealed class SqliteEventStore(string path) : IEventStore, IDisposable
{
    private const string Insert = "INSERT INTO events (at, kind, project, rule, client, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";

    private readonly SqliteDatabase _database = new(path, SqliteEventSchema.Schema);

    /// <summary>How long it takes.</summary>
    public StoreTimes Times => _database.Times;

    public bool IsShared => false;

    /// <summary>The most rows that one reading looks at, one after the other: about 100 ms.</summary>
    internal int MaxRows { get; init; } = 50_000;

    /// <summary>The same along an index, whose rows lie apart.</summary>
    internal int MaxIndexedRows { get; init; } = 20_000;

    /// <inheritdoc cref="SqliteDatabase.OpenAsync"/>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken) =>
        _database.WriteAsync<IReadOnlyList<StoredEvent>>(
            session =>
            {
                var stored = events.Select(e => new StoredEvent(Text(Append(session, e)), e)).ToList();
                new SqliteEventSums(session).Add(EventSums.Of(events));
                return stored;
            },
            cancellationToken);

    public ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var before = query.Cursor is null ? long.MaxValue : Number(query.Cursor);
        return _database.ReadAsync(
            session =>
            {
                var (found, goOn) = new SqliteEventScan(session, query, MaxRows, MaxIndexedRows).Backwards(before);
                return new EventPage(found, goOn is { } last ? Text(last) : null);
            },
            cancellationToken);
    }

    public ValueTask<LaterEvents> ReadAfterAsync(string id, EventQuery filter, CancellationToken cancellationToken)
    {
        var after = Number(id);
        return _database.ReadAsync(
            session =>
            {
                var (found, goOn) = new SqliteEventScan(session, filter, MaxRows, MaxIndexedRows).Forwards(after);
                // On one snapshot: all up to the newest was looked at.
                return new LaterEvents(found, Text(goOn ?? Math.Max(after, Newest(session))), goOn is not null);
            },
            cancellationToken);
    }

    public async ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken) =>
        TryNumber(id, out var number)
            ? await _database.ReadAsync(
                session => session.Scalar("SELECT event FROM events WHERE id = @1", number) is byte[] json && StoredEventJson.Parse(json) is { } found ? new StoredEvent(Text(number), found) : null,
                cancellationToken)
            : null;

    public ValueTask<string> NewestAsync(CancellationToken cancellationToken) => _database.ReadAsync(session => Text(Newest(session)), cancellationToken);

    public int Compare(string id, string other) => Number(id).CompareTo(Number(other));

    public ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken)
    {
        var summary = new EventSummaryBuilder(since, until, step);
        return _database.ReadAsync(session => new SqliteEventSums(session).Summarize(summary), cancellationToken);
    }

    public async ValueTask TrimAsync(DateTimeOffset before, long maxCount, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session =>
            {
                new SqliteEventSums(session).Trim(EventSummaryBuilder.HourOf(before));
                return session.Execute("DELETE FROM events WHERE at < @1", before.UtcTicks)
                    + session.Execute("DELETE FROM events WHERE id <= (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET @1)", maxCount);
            },
            cancellationToken);

    public void Dispose() => _database.Dispose();

    private static long Append(SqliteSession session, Event happened)
    {
        var insert = session.Prepare(Insert);
        insert.Bind(1, happened.When.UtcTicks);
        insert.Bind(2, happened.Kind);
        insert.BindOptional(3, happened.Project?.Value);
        insert.BindOptional(4, happened.Rule);
        insert.BindOptional(5, happened.Client);
        insert.Bind(6, StoredEventJson.Of(happened).AsSpan());
        insert.Step();
        var id = insert.Number(0);
        insert.Reset();
        return id;
    }

    // 0 where there is none, which is the id before all.
    private static long Newest(SqliteSession session) => session.Scalar("SELECT max(id) FROM events") as long? ?? 0;

    private static bool TryNumber(string id, out long number) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static long Number(string id) => TryNumber(id, out var number) ? number : throw new FormatException("That is no event's id, nor a cursor that came with events.");

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
