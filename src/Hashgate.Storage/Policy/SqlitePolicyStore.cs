using Hashgate.Core.Policy;
using Hashgate.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hashgate.Storage.Policy;

/// <summary>
/// Policy documents in a SQLite file of their own. A document's revision is its kind's version at its last change, so that none ever
/// comes twice.
/// </summary>
/// <param name="path">The file, <c>&lt;data&gt;/policy.db</c>.</param>
public sealed class SqlitePolicyStore(string path) : IPolicyStore, IDisposable
{
    private static readonly SqliteSchema Schema = new("""
        CREATE TABLE versions (
            kind TEXT PRIMARY KEY,
            version INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE documents (
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (kind, id)) WITHOUT ROWID;
        """, """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            identity TEXT,
            predecessors TEXT NOT NULL);
        INSERT INTO state VALUES (1, NULL, '');
        """);

    private readonly SqliteDatabase _database = new(path, Schema);

    /// <summary>How long it takes.</summary>
    public StoreTimes Times => _database.Times;

    /// <inheritdoc cref="SqliteDatabase.OpenAsync"/>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public ValueTask<PolicyStoreState> GetStateAsync(CancellationToken cancellationToken) => _database.ReadAsync(State, cancellationToken);

    public ValueTask<PolicyStoreState> InitializeAsync(string identity, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            session.Execute("UPDATE state SET identity = @1 WHERE identity IS NULL", identity);
            return State(session);
        },
        cancellationToken);

    public async ValueTask SetStateAsync(PolicyStoreState state, CancellationToken cancellationToken) => await _database.WriteAsync(
        session =>
        {
            foreach (var (kind, version) in state.Versions)
                session.Execute("INSERT INTO versions (kind, version) VALUES (@1, @2) ON CONFLICT (kind) DO UPDATE SET version = max(version, excluded.version)", kind, version);
            return session.Execute("UPDATE state SET identity = @1, predecessors = @2", state.Identity, string.Join(' ', state.Predecessors));
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<PolicyDocument>> ListAsync(string kind, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<PolicyDocument>>(
            session => Documents(kind, session.Query("SELECT id, json, revision FROM documents WHERE kind = @1 ORDER BY id", kind)),
            cancellationToken);

    public ValueTask<PolicyDocument?> GetAsync(string kind, string id, CancellationToken cancellationToken) => _database.ReadAsync(
        session => Documents(kind, session.Query("SELECT id, json, revision FROM documents WHERE kind = @1 AND id = @2", kind, id)).SingleOrDefault(),
        cancellationToken);

    public ValueTask<bool> PutAsync(PolicyDocument document, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            var (kind, id, json, revision) = document;
            var next = Version(session, kind) + 1;
            var changed = revision == 0
                ? session.Execute("INSERT INTO documents (kind, id, revision, json) VALUES (@1, @2, @3, @4) ON CONFLICT DO NOTHING", kind, id, next, json)
                : session.Execute("UPDATE documents SET revision = @3, json = @4 WHERE kind = @1 AND id = @2 AND revision = @5", kind, id, next, json, revision);
            return TellChange(session, kind, next, changed);
        },
        cancellationToken);

    public ValueTask<bool> RemoveAsync(PolicyDocument document, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            var changed = session.Execute("DELETE FROM documents WHERE kind = @1 AND id = @2 AND revision = @3", document.Kind, document.Id, document.Revision);
            return TellChange(session, document.Kind, Version(session, document.Kind) + 1, changed);
        },
        cancellationToken);

    public void Dispose() => _database.Dispose();

    private static PolicyStoreState State(SqliteSession session)
    {
        var versions = new Dictionary<string, long>();
        using (var rows = session.Query("SELECT kind, version FROM versions"))
        {
            while (rows.Read()) versions.Add(rows.GetString(0), rows.GetInt64(1));
        }
        using var row = session.Query("SELECT identity, predecessors FROM state");
        row.Read();
        return new PolicyStoreState(row.IsDBNull(0) ? null : row.GetString(0), versions) { Predecessors = row.GetString(1).Split(' ', StringSplitOptions.RemoveEmptyEntries) };
    }

    private static long Version(SqliteSession session, string kind) => (long?)session.Scalar("SELECT version FROM versions WHERE kind = @1", kind) ?? 0;

    private static bool TellChange(SqliteSession session, string kind, long version, int changed)
    {
        if (changed == 0) return false;
        session.Execute("INSERT OR REPLACE INTO versions (kind, version) VALUES (@1, @2)", kind, version);
        return true;
    }

    private static List<PolicyDocument> Documents(string kind, SqliteDataReader rows)
    {
        using (rows)
        {
            var documents = new List<PolicyDocument>();
            while (rows.Read()) documents.Add(new PolicyDocument(kind, rows.GetString(0), rows.GetString(1), rows.GetInt64(2)));
            return documents;
        }
    }
}
