using System.Globalization;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Storage.Sqlite;

namespace Hashgate.Storage.Events;

/// <summary>Events in a SQLite file of their own, so that a flood of them never keeps a trust record waiting.</summary>
/// <param name="path">The file, <c>&lt;data&gt;/events.db</c>.</param>
public sealed class SqliteEventStore(string path) : IEventStore, IDisposable
{
    // What filters look at has a column; the event itself is the JSON, which a new field doesn't change the table for.
    private static readonly SqliteSchema Schema = new("""
        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            project TEXT,
            rule TEXT,
            event BLOB NOT NULL);
        CREATE INDEX events_at ON events (at);
        CREATE INDEX events_kind ON events (kind, id);
        CREATE INDEX events_project ON events (project, id) WHERE project IS NOT NULL;
        CREATE INDEX events_rule ON events (rule, id) WHERE rule IS NOT NULL;
        """);

    private readonly SqliteDatabase _database = new(path, Schema);

    /// <inheritdoc cref="SqliteDatabase.OpenAsync"/>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public async ValueTask AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session =>
            {
                foreach (var e in events)
                {
                    session.Execute(
                        "INSERT INTO events (at, kind, project, rule, event) VALUES (@1, @2, @3, @4, @5)",
                        e.When.UtcTicks, e.Kind, e.Project?.Value, e.Rule, JsonSerializer.SerializeToUtf8Bytes(e, EventJson.Default.Event));
                }
                return events.Count;
            },
            cancellationToken);

    public ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var before = query.Cursor is null ? long.MaxValue : long.Parse(query.Cursor, NumberStyles.None, CultureInfo.InvariantCulture);
        var (sql, values) = Select(query, before);
        return _database.ReadAsync(
            session =>
            {
                var events = new List<StoredEvent>();
                using var rows = session.Query(sql, [.. values]);
                while (rows.Read())
                {
                    if (events.Count == query.Limit) return new EventPage(events, events[^1].Id);
                    var happened = JsonSerializer.Deserialize(rows.GetFieldValue<byte[]>(1), EventJson.Default.Event);
                    events.Add(new StoredEvent(rows.GetInt64(0).ToString(CultureInfo.InvariantCulture), happened!));
                }
                return new EventPage(events, null);
            },
            cancellationToken);
    }

    public async ValueTask TrimAsync(DateTimeOffset before, long maxCount, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session =>
                session.Execute("DELETE FROM events WHERE at < @1", before.UtcTicks)
                + session.Execute("DELETE FROM events WHERE id <= (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET @1)", maxCount),
            cancellationToken);

    public void Dispose() => _database.Dispose();

    private static (string Sql, List<object?> Values) Select(EventQuery query, long before)
    {
        List<object?> values = [before];
        var where = "id < @1";
        Filter("kind =", query.Kind);
        Filter("project =", query.Project);
        Filter("rule =", query.Rule);
        Filter("at >=", query.Since?.UtcTicks);
        Filter("at <", query.Until?.UtcTicks);
        // One more than asked for tells whether there is a next page.
        values.Add(query.Limit + 1);
        return ($"SELECT id, event FROM events WHERE {where} ORDER BY id DESC LIMIT @{values.Count}", values);

        void Filter(string comparison, object? value)
        {
            if (value is null) return;
            values.Add(value);
            where += $" AND {comparison} @{values.Count}";
        }
    }
}
