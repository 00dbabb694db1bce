using Hashgate.Core.Trust;
using Hashgate.Storage.Sqlite;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Trust;

public sealed class SqliteTrustMigrationTests : IDisposable
{
    private const string Version1 = """
        CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT, sequence INTEGER NOT NULL);
        INSERT INTO state VALUES (1, 'store-1', 9);
        CREATE TABLE records (
            project TEXT NOT NULL, key TEXT NOT NULL, filename TEXT NOT NULL, sha256 BLOB NOT NULL, size INTEGER, upstream TEXT NOT NULL, url TEXT NOT NULL,
            first_seen INTEGER NOT NULL, proven_at INTEGER, upload_time INTEGER, core_metadata BLOB, accepted_at INTEGER, conflict INTEGER NOT NULL,
            sequence INTEGER NOT NULL, PRIMARY KEY (project, key)) WITHOUT ROWID;
        CREATE INDEX records_by_sequence ON records (sequence);
        CREATE TABLE history (id INTEGER PRIMARY KEY, project TEXT NOT NULL, entry TEXT NOT NULL);
        CREATE INDEX history_by_project ON history (project);
        """;

    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_store_of_version_1_has_every_record_state_and_a_backup()
    {
        var path = Path.Combine(_directory.Path, "trust.db");
        var bare = TrustRecord.Of(Core.Packaging.ProjectName.Parse("demo"), "pypi", TrustClaims.Of("demo-1.0.zip", "a"), Now, 8) with { Size = null };
        var full = TrustRecord.Of(bare.Project, "pypi", TrustClaims.Of("Demo-2.0.zip", "b"), Now, 9) with
        {
            Size = 5,
            ProvenAt = Now.AddDays(1),
            UploadTime = Now.AddDays(-1),
            CoreMetadata = TrustClaims.Digest("m"),
            AcceptedAt = Now.AddDays(2),
            Conflict = true,
        };
        using (var before = new SqliteDatabase(path, new SqliteSchema(Version1)))
        {
            await before.WriteAsync(session => Insert(session, bare) + Insert(session, full), default);
        }

        using var store = new SqliteTrustStore(path);
        Assert.Equal(new StoreState("store-1", 9), await store.GetStateAsync(0, default));
        Assert.Equal([bare, full], await ReadAsync(store));
        Assert.Equal(new HashSet<TrustRecord> { bare, full }, [.. await store.GetProjectAsync(bare.Project, default)]);
        Assert.True(File.Exists(path + ".v1.backup"));
    }

    private static int Insert(SqliteSession session, TrustRecord r) => session.Execute(
        "INSERT INTO records VALUES (@1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14)",
        r.Project.Value, r.Key.Value, r.Filename, r.Sha256.ToArray(), r.Size, r.Upstream, r.Url, r.FirstSeen.UtcTicks, r.ProvenAt?.UtcTicks, r.UploadTime?.UtcTicks,
        r.CoreMetadata?.ToArray(), r.AcceptedAt?.UtcTicks, r.Conflict, r.Sequence);

    private static async Task<List<TrustRecord>> ReadAsync(SqliteTrustStore store)
    {
        var records = new List<TrustRecord>();
        await foreach (var record in store.ReadAsync(0, 0, default)) records.Add(record);
        return records;
    }
}
