using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hashgate.Storage.Trust;

/// <summary>The tables of the trust store. A record's row holds what is looked for, and the rest as <see cref="TrustRecordCodec"/> writes it.</summary>
internal static class SqliteTrustSchema
{
    public static readonly SqliteSchema Schema = new(static session => session.Execute(Columns), Pack);

    // Times were UTC ticks, digests their bytes.
    private const string Columns = """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            identity TEXT,
            sequence INTEGER NOT NULL);
        INSERT INTO state VALUES (1, NULL, 0);
        CREATE TABLE records (
            project TEXT NOT NULL,
            key TEXT NOT NULL,
            filename TEXT NOT NULL,
            sha256 BLOB NOT NULL,
            size INTEGER,
            upstream TEXT NOT NULL,
            url TEXT NOT NULL,
            first_seen INTEGER NOT NULL,
            proven_at INTEGER,
            upload_time INTEGER,
            core_metadata BLOB,
            accepted_at INTEGER,
            conflict INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (project, key)) WITHOUT ROWID;
        CREATE INDEX records_by_sequence ON records (sequence);
        CREATE TABLE history (
            id INTEGER PRIMARY KEY,
            project TEXT NOT NULL,
            entry TEXT NOT NULL);
        CREATE INDEX history_by_project ON history (project);
        """;

    // Fourteen columns, most of them told twice, cost more than half of a first page's time in the store.
    private static void Pack(SqliteSession session)
    {
        session.Execute("""
            ALTER TABLE records RENAME TO records_in_columns;
            DROP INDEX records_by_sequence;
            CREATE TABLE records (
                project TEXT NOT NULL,
                key TEXT NOT NULL,
                sequence INTEGER NOT NULL,
                value BLOB NOT NULL,
                PRIMARY KEY (project, key)) WITHOUT ROWID;
            CREATE INDEX records_by_sequence ON records (sequence);
            """);
        using (var row = session.Query("SELECT project, key, filename, sha256, size, upstream, url, first_seen, proven_at, upload_time, core_metadata, accepted_at, conflict, sequence FROM records_in_columns"))
        {
            var records = new SqliteRecords(session);
            while (row.Read()) records.Insert(FromColumns(row));
        }
        session.Execute("DROP TABLE records_in_columns");
    }

    private static TrustRecord FromColumns(SqliteDataReader row) => new()
    {
        Project = ProjectName.Parse(row.GetString(0)),
        Key = new FileKey(row.GetString(1)),
        Filename = row.GetString(2),
        Sha256 = Digest(row, 3),
        Size = row.IsDBNull(4) ? null : row.GetInt64(4),
        Upstream = row.GetString(5),
        Url = row.GetString(6),
        FirstSeen = Time(row.GetInt64(7)),
        ProvenAt = row.IsDBNull(8) ? null : Time(row.GetInt64(8)),
        UploadTime = row.IsDBNull(9) ? null : Time(row.GetInt64(9)),
        CoreMetadata = row.IsDBNull(10) ? null : Digest(row, 10),
        AcceptedAt = row.IsDBNull(11) ? null : Time(row.GetInt64(11)),
        Conflict = row.GetInt64(12) != 0,
        Sequence = row.GetInt64(13),
    };

    private static Sha256Digest Digest(SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
