using Hashgate.Core.Events;
using Hashgate.Storage.Sqlite;

namespace Hashgate.Storage.Events;

/// <summary>The tables of the event store. What filters look at has a column; the event itself is the JSON, which a new field doesn't change the table for.</summary>
internal static class SqliteEventSchema
{
    private const int ChunkLength = 10_000;

    public static readonly SqliteSchema Schema = new(static session => session.Execute(Events), AddSums);

    /// <summary>The first version.</summary>
    public const string Events = """
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
        """;

    // A filter by client, and sums: a summary that counts a million events each time it is asked for takes seconds.
    private static void AddSums(SqliteSession session)
    {
        session.Execute("""
            ALTER TABLE events ADD COLUMN client TEXT;
            CREATE TABLE sums (
                hour INTEGER NOT NULL,
                kind TEXT NOT NULL,
                rule TEXT NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (hour, kind, rule)) WITHOUT ROWID;
            CREATE TABLE refused (
                what TEXT NOT NULL,
                hours INTEGER NOT NULL,
                start INTEGER NOT NULL,
                name TEXT NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (what, hours, start, name)) WITHOUT ROWID;
            """);
        var sums = new SqliteEventSums(session);
        for (long last = 0; ;)
        {
            var chunk = Chunk(session, last);
            if (chunk.Count == 0) break;
            foreach (var (id, happened) in chunk)
            {
                last = id;
                if (happened?.Client is { } client) session.Execute("UPDATE events SET client = @2 WHERE id = @1", id, client);
            }
            sums.Add(EventSums.Of(chunk.Select(c => c.Event).OfType<Event>()));
        }
        session.Execute("CREATE INDEX events_client ON events (client, id) WHERE client IS NOT NULL");
    }

    private static List<(long Id, Event? Event)> Chunk(SqliteSession session, long after)
    {
        var chunk = new List<(long, Event?)>();
        using var rows = session.Query($"SELECT id, event FROM events WHERE id > @1 ORDER BY id LIMIT {ChunkLength}", after);
        while (rows.Read()) chunk.Add((rows.GetInt64(0), StoredEventJson.Parse(rows.GetFieldValue<byte[]>(1))));
        return chunk;
    }
}
