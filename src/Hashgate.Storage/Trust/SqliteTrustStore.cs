using System.Runtime.CompilerServices;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Sqlite;
using static Hashgate.Storage.Trust.SqliteTrustSchema;

namespace Hashgate.Storage.Trust;

/// <summary>Trust records in one SQLite file: one transaction per call.</summary>
public sealed class SqliteTrustStore(string path) : ITrustStore, IDisposable
{
    private const long Window = 2000;
    private readonly SqliteDatabase _database = new(path, Schema);

    /// <summary>Opens the file now, so that a schema that is too new is known at start.</summary>
    /// <exception cref="StoreVersionException">A newer program wrote it.</exception>
    /// <exception cref="StoreUnavailableException">It can't be opened; later calls try again.</exception>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public ValueTask<StoreState> GetStateAsync(CancellationToken cancellationToken) => _database.ReadAsync(State, cancellationToken);

    public ValueTask<StoreState> InitializeAsync(string identity, CancellationToken cancellationToken) => _database.WriteAsync(session =>
    {
        session.Execute("UPDATE state SET identity = @1 WHERE identity IS NULL AND sequence = 0", identity);
        return State(session);
    }, cancellationToken);

    public async ValueTask<PinResult> PinAsync(ProjectName project, string upstream, IReadOnlyList<FileClaim> claims, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken)
    {
        // Most pages bring nothing new, and then there is nothing to wait for: neither the write lock nor the disk.
        var seen = await _database.ReadAsync(session => Holding(session, project, upstream, claims, now, fence, write: false), cancellationToken);
        return seen ?? (await _database.WriteAsync(session => Holding(session, project, upstream, claims, now, fence, write: true), cancellationToken))!;
    }

    public ValueTask<RecordResult> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken) =>
        ChangeAsync(project, key, fence, record => record.WithProof(sha256, size, now), null, cancellationToken);

    public ValueTask<RecordResult> AcceptAsync(TrustOverride accepted, StoreFence fence, CancellationToken cancellationToken) =>
        ChangeAsync(accepted.Project, accepted.Key, fence, record => record.With(accepted), accepted.Replacing, cancellationToken);

    public async ValueTask<IReadOnlyList<TrustRecord>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        await _database.ReadAsync(session => Records(session.Query(Select + "WHERE project = @1", project.Value)), cancellationToken);

    public async ValueTask<IReadOnlyList<ReplacedRecord>> GetHistoryAsync(ProjectName project, CancellationToken cancellationToken) => await _database.ReadAsync(session =>
    {
        using var rows = session.Query("SELECT entry FROM history WHERE project = @1 ORDER BY id", project.Value);
        var history = new List<ReplacedRecord>();
        while (rows.Read()) history.Add(JsonSerializer.Deserialize(rows.GetString(0), TrustJson.Default.ReplacedRecord)!);
        return history;
    }, cancellationToken);

    public async IAsyncEnumerable<TrustRecord> ReadAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var from = afterSequence; ; from += Window)
        {
            var (records, last) = await _database.ReadAsync(session => (
                Records(session.Query(Select + "WHERE sequence > @1 AND sequence <= @2 ORDER BY sequence", from, from + Window)),
                State(session).Sequence), cancellationToken);
            foreach (var record in records) yield return record;
            if (from + Window >= last) yield break;
        }
    }

    public ValueTask<ImportResult> ImportAsync(IReadOnlyList<TrustRecord> records, StoreFence fence, CancellationToken cancellationToken) => _database.WriteAsync(session =>
    {
        var state = State(session);
        var added = new List<TrustRecord>();
        var differences = new List<RecordDifference>();
        foreach (var record in records)
        {
            if (!fence.HeldBy(state)) break;
            var here = Find(session, record.Project, record.Key);
            if (here is null) added.Add(Next(session, ref state, record, Insert));
            else if (here.Sha256 != record.Sha256) differences.Add(new RecordDifference(here, record));
        }
        Advance(session, state);
        return new ImportResult(added, fence.HeldBy(state) ? records.Count - added.Count - differences.Count : 0, differences, state);
    }, cancellationToken);

    public async ValueTask RestoreAsync(StoreState state, IReadOnlyList<TrustRecord> records, IReadOnlyList<ReplacedRecord> history, CancellationToken cancellationToken) => await _database.WriteAsync(session =>
    {
        foreach (var record in records) Put(session, Upsert, record);
        foreach (var entries in history.GroupBy(h => h.Was.Project))
        {
            if (session.Scalar("SELECT 1 FROM history WHERE project = @1", entries.Key.Value) is not null) continue;
            foreach (var entry in entries) Remember(session, entry);
        }
        return session.Execute("UPDATE state SET identity = @1, sequence = max(sequence, @2)", state.Identity, state.Sequence);
    }, cancellationToken);

    public void Dispose() => _database.Dispose();

    /// <summary>Holds the claims against the records; null where something is to be written and this is a read.</summary>
    private static PinResult? Holding(SqliteSession session, ProjectName project, string upstream, IReadOnlyList<FileClaim> claims, DateTimeOffset now, StoreFence fence, bool write)
    {
        var state = State(session);
        var open = fence.HeldBy(state);
        var known = Known(session, project, claims);
        var pins = new Pin[claims.Count];
        for (var i = 0; i < pins.Length; i++)
        {
            var claim = claims[i];
            if (!known.TryGetValue(claim.Key, out var record))
            {
                if (open && !write) return null;
                pins[i] = open ? new Pin(PinOutcome.New, known[claim.Key] = Next(session, ref state, TrustRecord.Of(project, upstream, claim, now), Insert)) : Pin.Unrecorded;
            }
            else if (open && record.WithCoreMetadataOf(claim) is { } told)
            {
                if (!write) return null;
                pins[i] = new Pin(PinOutcome.Same, known[claim.Key] = Next(session, ref state, told, Upsert), CoreMetadataAdded: true);
            }
            else
            {
                pins[i] = record.Hold(claim);
            }
        }
        if (write) Advance(session, state);
        return new PinResult(pins, state);
    }

    // A page claims most of its project's files: one query then costs less than one for each.
    private static Dictionary<FileKey, TrustRecord> Known(SqliteSession session, ProjectName project, IReadOnlyList<FileClaim> claims) =>
        (claims.Count > 16
            ? Records(session.Query(Select + "WHERE project = @1", project.Value))
            : claims.Select(c => c.Key).Distinct().Select(key => Find(session, project, key)).OfType<TrustRecord>()).ToDictionary(r => r.Key);

    private ValueTask<RecordResult> ChangeAsync(ProjectName project, FileKey key, StoreFence fence, Func<TrustRecord, TrustRecord?> change, Func<TrustRecord, ReplacedRecord>? remember, CancellationToken cancellationToken) => _database.WriteAsync(session =>
    {
        var state = State(session);
        if (Find(session, project, key) is not { } was) return new RecordResult(null, false, state);
        if (!fence.HeldBy(state) || change(was) is not { } after) return new RecordResult(was, false, state);
        var changed = Next(session, ref state, after, Upsert);
        if (remember is not null) Remember(session, remember(was));
        Advance(session, state);
        return new RecordResult(changed, true, state);
    }, cancellationToken);

    private static TrustRecord Next(SqliteSession session, ref StoreState state, TrustRecord record, string statement)
    {
        state = state with { Sequence = state.Sequence + 1 };
        var numbered = record with { Sequence = state.Sequence };
        Put(session, statement, numbered);
        return numbered;
    }

    private static void Advance(SqliteSession session, StoreState state) => session.Execute("UPDATE state SET sequence = @1 WHERE sequence <> @1", state.Sequence);

    private static void Remember(SqliteSession session, ReplacedRecord replaced) => session.Execute(
        "INSERT INTO history (project, entry) VALUES (@1, @2)", replaced.Was.Project.Value, JsonSerializer.Serialize(replaced, TrustJson.Default.ReplacedRecord));

    private static TrustRecord? Find(SqliteSession session, ProjectName project, FileKey key) =>
        Records(session.Query(Select + "WHERE project = @1 AND key = @2", project.Value, key.Value)).SingleOrDefault();

    private static StoreState State(SqliteSession session)
    {
        using var row = session.Query("SELECT identity, sequence FROM state");
        return row.Read() ? new StoreState(row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1)) : default;
    }
}
