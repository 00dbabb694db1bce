using System.Runtime.CompilerServices;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Sqlite;

namespace Hashgate.Storage.Trust;

/// <summary>Trust records in one SQLite file: one transaction per call.</summary>
public sealed class SqliteTrustStore(string path) : ITrustStore, IDisposable
{
    private const long Window = 2000;
    private readonly SqliteDatabase _database = new(path, SqliteTrustSchema.Schema);

    /// <summary>How long it takes.</summary>
    public StoreTimes Times => _database.Times;

    /// <summary>Opens the file now, so that a schema that is too new is known at start.</summary>
    /// <exception cref="StoreVersionException">A newer program wrote it.</exception>
    /// <exception cref="StoreUnavailableException">It can't be opened; later calls try again.</exception>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => _database.OpenAsync(cancellationToken);

    public int BucketCount => 1;

    public ValueTask<StoreState> GetStateAsync(int bucket, CancellationToken cancellationToken) => _database.ReadAsync(State, cancellationToken);

    public ValueTask<StoreState> InitializeAsync(int bucket, string identity, CancellationToken cancellationToken) => _database.WriteAsync(session =>
    {
        session.Execute("UPDATE state SET identity = @1 WHERE identity IS NULL AND sequence = 0", identity);
        return State(session);
    }, cancellationToken);

    public async ValueTask<PinResult> PinAsync(ProjectName project, string upstream, IReadOnlyList<FileClaim> claims, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken)
    {
        // Most pages bring nothing new, and then there is nothing to wait for: neither the write lock nor the disk.
        var index = new ClaimIndex(claims);
        var seen = await _database.ReadAsync(session => Holding(session, project, upstream, index, now, fence, write: false), cancellationToken);
        return seen ?? (await _database.WriteAsync(session => Holding(session, project, upstream, index, now, fence, write: true), cancellationToken))!;
    }

    public ValueTask<RecordResult> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken) =>
        ChangeAsync(project, key, fence, record => record.WithProof(sha256, size, now), null, cancellationToken);

    public ValueTask<RecordResult> AcceptAsync(TrustOverride accepted, StoreFence fence, CancellationToken cancellationToken) =>
        ChangeAsync(accepted.Project, accepted.Key, fence, record => record.With(accepted), accepted.Replacing, cancellationToken);

    public async ValueTask<IReadOnlyList<TrustRecord>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        await _database.ReadAsync(session => new SqliteRecords(session).Of(project), cancellationToken);

    public async ValueTask<IReadOnlyList<ReplacedRecord>> GetHistoryAsync(ProjectName project, CancellationToken cancellationToken) => await _database.ReadAsync(session =>
    {
        using var rows = session.Query("SELECT entry FROM history WHERE project = @1 ORDER BY id", project.Value);
        var history = new List<ReplacedRecord>();
        while (rows.Read()) history.Add(JsonSerializer.Deserialize(rows.GetString(0), TrustJson.Default.ReplacedRecord)!);
        return history;
    }, cancellationToken);

    public async IAsyncEnumerable<TrustRecord> ReadAsync(int bucket, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var from = afterSequence; ; from += Window)
        {
            var (records, last) = await _database.ReadAsync(session => (new SqliteRecords(session).Between(from, from + Window), State(session).Sequence), cancellationToken);
            foreach (var record in records) yield return record;
            if (from + Window >= last) yield break;
        }
    }

    public ValueTask<ImportResult> ImportAsync(IReadOnlyList<TrustRecord> records, StoreFence fence, CancellationToken cancellationToken) => _database.WriteAsync(session =>
    {
        var state = State(session);
        var rows = new SqliteRecords(session);
        var added = new List<TrustRecord>();
        var differences = new List<RecordDifference>();
        foreach (var record in records)
        {
            if (!fence.HeldBy(state)) break;
            var here = rows.Find(record.Project, record.Key);
            if (here is null) added.Add(PutNext(rows, ref state, record));
            else if (here.Sha256 != record.Sha256) differences.Add(new RecordDifference(here, record));
        }
        Advance(session, state);
        return new ImportResult(added, fence.HeldBy(state) ? records.Count - added.Count - differences.Count : 0, differences, state);
    }, cancellationToken);

    public async ValueTask RestoreAsync(int bucket, StoreState state, IReadOnlyList<TrustRecord> records, IReadOnlyList<ReplacedRecord> history, CancellationToken cancellationToken) => await _database.WriteAsync(session =>
    {
        var rows = new SqliteRecords(session);
        foreach (var record in records) rows.Put(record);
        foreach (var entries in history.GroupBy(h => h.Was.Project))
        {
            if (session.Scalar("SELECT 1 FROM history WHERE project = @1", entries.Key.Value) is not null) continue;
            foreach (var entry in entries) Remember(session, entry);
        }
        return session.Execute("UPDATE state SET identity = @1, sequence = max(sequence, @2)", state.Identity, state.Sequence);
    }, cancellationToken);

    public void Dispose() => _database.Dispose();

    /// <summary>Holds the claims against the records; null where something is to be written and this is a read.</summary>
    private static PinResult? Holding(SqliteSession session, ProjectName project, string upstream, ClaimIndex claims, DateTimeOffset now, StoreFence fence, bool write)
    {
        var state = State(session);
        var open = fence.HeldBy(state);
        var records = new SqliteRecords(session);
        var known = new TrustRecord?[claims.Count];
        records.Fill(project, upstream, claims, known);
        var pins = new Pin[claims.Count];
        for (var i = 0; i < pins.Length; i++)
        {
            var claim = claims[i];
            ref var record = ref known[claims.FirstLike(i)];
            if (record is null)
            {
                if (open && !write) return null;
                if (open)
                {
                    state = state with { Sequence = state.Sequence + 1 };
                    records.Insert(record = TrustRecord.Of(project, upstream, claim, now, state.Sequence));
                }
                pins[i] = record is null ? Pin.Unrecorded : new Pin(PinOutcome.New, record);
            }
            else if (open && record.WithCoreMetadataOf(claim) is { } told)
            {
                if (!write) return null;
                pins[i] = new Pin(PinOutcome.Same, record = PutNext(records, ref state, told), CoreMetadataAdded: true);
            }
            else
            {
                pins[i] = record.Hold(claim);
            }
        }
        if (write) Advance(session, state);
        return new PinResult(pins, state);
    }

    private ValueTask<RecordResult> ChangeAsync(ProjectName project, FileKey key, StoreFence fence, Func<TrustRecord, TrustRecord?> change, Func<TrustRecord, ReplacedRecord>? remember, CancellationToken cancellationToken) => _database.WriteAsync(session =>
    {
        var state = State(session);
        var records = new SqliteRecords(session);
        if (records.Find(project, key) is not { } was) return new RecordResult(null, false, state);
        if (!fence.HeldBy(state) || change(was) is not { } after) return new RecordResult(was, false, state);
        var changed = PutNext(records, ref state, after);
        if (remember is not null) Remember(session, remember(was));
        Advance(session, state);
        return new RecordResult(changed, true, state);
    }, cancellationToken);

    private static TrustRecord PutNext(SqliteRecords records, ref StoreState state, TrustRecord record)
    {
        state = state with { Sequence = state.Sequence + 1 };
        var numbered = record with { Sequence = state.Sequence };
        records.Put(numbered);
        return numbered;
    }

    private static void Advance(SqliteSession session, StoreState state) => session.Execute("UPDATE state SET sequence = @1 WHERE sequence <> @1", state.Sequence);

    private static void Remember(SqliteSession session, ReplacedRecord replaced) => session.Execute(
        "INSERT INTO history (project, entry) VALUES (@1, @2)", replaced.Was.Project.Value, JsonSerializer.Serialize(replaced, TrustJson.Default.ReplacedRecord));

    private static StoreState State(SqliteSession session)
    {
        using var row = session.Query("SELECT identity, sequence FROM state");
        return row.Read() ? new StoreState(row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1)) : default;
    }
}
