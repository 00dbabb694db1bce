using System.Runtime.CompilerServices;
using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hashgate.Storage.Downloads;

/// <summary>Downloads in a SQLite file of their own.</summary>
/// <param name="path">The file, <c>&lt;data&gt;/downloads.db</c>.</param>
public sealed class SqliteDownloadStore(string path) : IDownloadStore, IDisposable
{
    private const int ChunkLength = 1000;

    private static readonly SqliteSchema Schema = new("""
        CREATE TABLE downloads (
            day INTEGER NOT NULL,
            project TEXT NOT NULL,
            filename TEXT NOT NULL,
            client TEXT NOT NULL,
            version TEXT,
            sha256 TEXT,
            user_agent TEXT,
            count INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (day, project, filename, client)) WITHOUT ROWID;
        CREATE INDEX downloads_project ON downloads (project, filename);
        """,
        // Whoever asks who has a file waits for the answer. The key's other columns stand behind these by themselves.
        """
        CREATE INDEX downloads_day ON downloads (project, day);
        CREATE INDEX downloads_sha256 ON downloads (sha256);
        """);

    private readonly SqliteDatabase _database = new(path, Schema);

    /// <summary>How long it takes.</summary>
    public StoreTimes Times => _database.Times;

    /// <inheritdoc cref="SqliteDatabase.OpenAsync"/>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public async ValueTask AddAsync(IReadOnlyCollection<Download> downloads, CancellationToken cancellationToken) =>
        await _database.WriteAsync(
            session =>
            {
                foreach (var d in downloads)
                {
                    session.Execute(
                        """
                        INSERT INTO downloads (day, project, filename, client, version, sha256, user_agent, count, last) VALUES (@1, @2, @3, @4, @5, @6, @7, @8, @9)
                        ON CONFLICT DO UPDATE SET count = count + excluded.count, last = max(last, excluded.last), sha256 = excluded.sha256, user_agent = excluded.user_agent
                        """,
                        d.Day.DayNumber, d.Project.Value, d.Filename, d.Client, d.Version, d.Sha256?.ToString(), d.UserAgent, d.Count, d.Last.UtcTicks);
                }
                return downloads.Count;
            },
            cancellationToken);

    public async IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Download? last = null;
        while (true)
        {
            // In chunks, so that no reader holds a snapshot of the file for as long as its caller takes.
            var chunk = await _database.ReadAsync(session => Chunk(session, query, last), cancellationToken);
            foreach (var download in chunk) yield return download;
            if (chunk.Count < ChunkLength) yield break;
            last = chunk[^1];
        }
    }

    public async ValueTask TrimAsync(DateOnly before, CancellationToken cancellationToken) =>
        await _database.WriteAsync(session => session.Execute("DELETE FROM downloads WHERE day < @1", before.DayNumber), cancellationToken);

    public void Dispose() => _database.Dispose();

    private static List<Download> Chunk(SqliteSession session, DownloadQuery query, Download? after)
    {
        var chunk = new List<Download>();
        using var rows = session.Query(
            $"""
            SELECT day, project, filename, client, version, sha256, user_agent, count, last FROM downloads INDEXED BY {Index(query)}
            WHERE (day, project, filename, client) > (@1, @2, @3, @4) AND day >= @5{Filters(query)}
            ORDER BY day, project, filename, client LIMIT {ChunkLength}
            """,
            after?.Day.DayNumber ?? -1, after?.Project.Value ?? "", after?.Filename ?? "", after?.Client ?? "", Math.Max(query.Since?.DayNumber ?? 0, after?.Day.DayNumber ?? 0),
            query.Project?.Value, query.Filename, query.Sha256?.ToString());
        while (rows.Read()) chunk.Add(Read(rows));
        return chunk;
    }

    /// <summary>The one that has the fewest entries to look at, in the order wanted.</summary>
    private static string Index(DownloadQuery query) => query switch
    {
        { Sha256: not null } => "downloads_sha256",
        { Project: not null, Filename: not null } => "downloads_project",
        { Project: not null } => "downloads_day",
        _ => "sqlite_autoindex_downloads_1",
    };

    private static string Filters(DownloadQuery query) =>
        (query.Project is null ? "" : " AND project = @6")
        + (query.Filename is null ? "" : " AND filename = @7")
        + (query.Sha256 is null ? "" : " AND sha256 = @8");

    private static Download Read(SqliteDataReader row) => new(
        DateOnly.FromDayNumber(row.GetInt32(0)),
        ProjectName.Parse(row.GetString(1)),
        row.IsDBNull(4) ? null : row.GetString(4),
        row.GetString(2),
        row.IsDBNull(5) ? null : Sha256Digest.Parse(row.GetString(5)),
        row.GetString(3),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.GetInt32(7),
        new DateTimeOffset(row.GetInt64(8), TimeSpan.Zero));
}
