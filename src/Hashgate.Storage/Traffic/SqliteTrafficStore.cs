using Hashgate.Core.Traffic;
using Hashgate.Storage.Sqlite;

namespace Hashgate.Storage.Traffic;

/// <summary>Traffic in a SQLite file of its own, a row for each hour.</summary>
/// <param name="path">The file, <c>&lt;data&gt;/traffic.db</c>.</param>
public sealed class SqliteTrafficStore(string path) : ITrafficStore, IDisposable
{
    private static readonly SqliteSchema Schema = new("""
        CREATE TABLE traffic (
            hour INTEGER PRIMARY KEY,
            requests INTEGER NOT NULL,
            page_hits INTEGER NOT NULL,
            page_misses INTEGER NOT NULL,
            file_hits INTEGER NOT NULL,
            file_misses INTEGER NOT NULL,
            bytes_served INTEGER NOT NULL,
            bytes_fetched INTEGER NOT NULL);
        """);

    private readonly SqliteDatabase _database = new(path, Schema);

    /// <summary>How long it takes.</summary>
    public StoreTimes Times => _database.Times;

    /// <inheritdoc cref="SqliteDatabase.OpenAsync"/>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public async ValueTask AddAsync(TrafficHour traffic, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session => session.Execute(
                """
                INSERT INTO traffic (hour, requests, page_hits, page_misses, file_hits, file_misses, bytes_served, bytes_fetched) VALUES (@1, @2, @3, @4, @5, @6, @7, @8)
                ON CONFLICT DO UPDATE SET
                    requests = requests + excluded.requests,
                    page_hits = page_hits + excluded.page_hits,
                    page_misses = page_misses + excluded.page_misses,
                    file_hits = file_hits + excluded.file_hits,
                    file_misses = file_misses + excluded.file_misses,
                    bytes_served = bytes_served + excluded.bytes_served,
                    bytes_fetched = bytes_fetched + excluded.bytes_fetched
                """,
                TrafficHour.NumberOf(traffic.Hour), traffic.Requests, traffic.PageHits, traffic.PageMisses, traffic.FileHits, traffic.FileMisses, traffic.BytesServed, traffic.BytesFetched),
            cancellationToken);

    public async ValueTask<IReadOnlyList<TrafficHour>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        await _database.ReadAsync(session => Rows(session, TrafficHour.NumberOf(since)), cancellationToken);

    public async ValueTask TrimAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => session.Execute("DELETE FROM traffic WHERE hour < @1", TrafficHour.NumberOf(before)), cancellationToken);

    public void Dispose() => _database.Dispose();

    private static List<TrafficHour> Rows(SqliteSession session, long since)
    {
        var hours = new List<TrafficHour>();
        using var rows = session.Query(
            "SELECT hour, requests, page_hits, page_misses, file_hits, file_misses, bytes_served, bytes_fetched FROM traffic WHERE hour >= @1 ORDER BY hour", since);
        while (rows.Read())
        {
            hours.Add(new TrafficHour(
                DateTimeOffset.FromUnixTimeSeconds(rows.GetInt64(0) * 3600),
                rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5), rows.GetInt64(6), rows.GetInt64(7)));
        }
        return hours;
    }
}
