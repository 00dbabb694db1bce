using System.Runtime.CompilerServices;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>A trust store in memory that keeps the port's promises, and can be taken away, emptied and set back.</summary>
public sealed class MemoryTrustStore : ITrustStore
{
    private readonly Lock _lock = new();
    private Dictionary<(ProjectName, FileKey), TrustRecord> _records = [];
    private List<ReplacedRecord> _history = [];
    private StoreState _state;
    private int _calls;

    /// <summary>While true every call throws, as for a store that can't be reached.</summary>
    public bool Away { get; set; }

    /// <summary>How many calls were made.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Empties the store under whoever uses it.</summary>
    public void Flush()
    {
        lock (_lock) (_records, _history, _state) = ([], [], default);
    }

    /// <summary>A copy of what is in the store, to be put back later as an older dump; what is there then is lost.</summary>
    public Action Dump()
    {
        lock (_lock)
        {
            var (records, history, state) = (_records.ToDictionary(), _history.ToList(), _state);
            return () =>
            {
                lock (_lock) (_records, _history, _state) = (records.ToDictionary(), history.ToList(), state);
            };
        }
    }

    public ValueTask<StoreState> GetStateAsync(CancellationToken cancellationToken) => Locked(() => _state, cancellationToken);

    public ValueTask<StoreState> InitializeAsync(string identity, CancellationToken cancellationToken) =>
        Locked(() => _state = _state is { Identity: null, Sequence: 0 } ? new StoreState(identity, 0) : _state, cancellationToken);

    public ValueTask<PinResult> PinAsync(ProjectName project, string upstream, IReadOnlyList<FileClaim> claims, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken) => Locked(() =>
    {
        var open = fence.HeldBy(_state);
        var pins = claims.Select(claim =>
        {
            if (!_records.TryGetValue((project, claim.Key), out var record))
                return open ? new Pin(PinOutcome.New, Put(TrustRecord.Of(project, upstream, claim, now))) : Pin.Unrecorded;
            return open && record.WithCoreMetadataOf(claim) is { } told ? new Pin(PinOutcome.Same, Put(told), CoreMetadataAdded: true) : record.Hold(claim);
        }).ToArray();
        return new PinResult(pins, _state);
    }, cancellationToken);

    public ValueTask<RecordResult> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken) =>
        Locked(() => Change(project, key, fence, r => r.WithProof(sha256, size, now)), cancellationToken);

    public ValueTask<RecordResult> AcceptAsync(TrustOverride accepted, StoreFence fence, CancellationToken cancellationToken) => Locked(() =>
    {
        var was = _records.GetValueOrDefault((accepted.Project, accepted.Key));
        var result = Change(accepted.Project, accepted.Key, fence, r => r.With(accepted));
        if (result.Changed) _history.Add(accepted.Replacing(was!));
        return result;
    }, cancellationToken);

    public ValueTask<IReadOnlyList<TrustRecord>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<TrustRecord>>(() => [.. _records.Values.Where(r => r.Project == project)], cancellationToken);

    public ValueTask<IReadOnlyList<ReplacedRecord>> GetHistoryAsync(ProjectName project, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<ReplacedRecord>>(() => [.. _history.Where(h => h.Was.Project == project)], cancellationToken);

    public async IAsyncEnumerable<TrustRecord> ReadAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var records = await Locked(() => _records.Values.Where(r => r.Sequence > afterSequence).OrderBy(r => r.Sequence).ToArray(), cancellationToken);
        foreach (var record in records) yield return record;
    }

    public ValueTask<ImportResult> ImportAsync(IReadOnlyList<TrustRecord> records, StoreFence fence, CancellationToken cancellationToken) => Locked(() =>
    {
        if (!fence.HeldBy(_state)) return new ImportResult([], 0, [], _state);
        var added = new List<TrustRecord>();
        var differences = new List<RecordDifference>();
        foreach (var record in records)
        {
            if (!_records.TryGetValue((record.Project, record.Key), out var here)) added.Add(Put(record));
            else if (here.Sha256 != record.Sha256) differences.Add(new RecordDifference(here, record));
        }
        return new ImportResult(added, records.Count - added.Count - differences.Count, differences, _state);
    }, cancellationToken);

    public async ValueTask RestoreAsync(StoreState state, IReadOnlyList<TrustRecord> records, IReadOnlyList<ReplacedRecord> history, CancellationToken cancellationToken) => await Locked(() =>
    {
        foreach (var record in records) _records[(record.Project, record.Key)] = record;
        var known = _history.Select(h => h.Was.Project).ToHashSet();
        _history.AddRange(history.Where(h => !known.Contains(h.Was.Project)));
        return _state = new StoreState(state.Identity, Math.Max(_state.Sequence, state.Sequence));
    }, cancellationToken);

    private RecordResult Change(ProjectName project, FileKey key, StoreFence fence, Func<TrustRecord, TrustRecord?> change)
    {
        if (!_records.TryGetValue((project, key), out var was)) return new RecordResult(null, false, _state);
        if (!fence.HeldBy(_state) || change(was) is not { } after) return new RecordResult(was, false, _state);
        return new RecordResult(Put(after), true, _state);
    }

    private TrustRecord Put(TrustRecord record)
    {
        _state = _state with { Sequence = _state.Sequence + 1 };
        return _records[(record.Project, record.Key)] = record with { Sequence = _state.Sequence };
    }

    private ValueTask<T> Locked<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        if (Away) throw new StoreUnavailableException("The trust store in memory was taken away.");
        lock (_lock) return ValueTask.FromResult(work());
    }
}
