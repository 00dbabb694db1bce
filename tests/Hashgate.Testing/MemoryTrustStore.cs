using System.Runtime.CompilerServices;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>A trust store in memory that keeps the port's promises, and can be taken away, emptied and set back, bucket by bucket if it has several.</summary>
public sealed class MemoryTrustStore(int buckets = 1) : ITrustStore
{
    private readonly Lock _lock = new();
    private Dictionary<(ProjectName, FileKey), TrustRecord> _records = [];
    private List<ReplacedRecord> _history = [];
    private StoreState[] _states = new StoreState[buckets];
    private int _calls;

    /// <summary>While true every call throws, as for a store that can't be reached.</summary>
    public bool Away { get; set; }

    /// <summary>The bucket that alone can't be reached.</summary>
    public int? BucketAway { get; set; }

    public int BucketCount => buckets;

    /// <summary>How many calls were made.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Empties the store under whoever uses it.</summary>
    public void Flush()
    {
        lock (_lock) (_records, _history, _states) = ([], [], new StoreState[buckets]);
    }

    /// <summary>Empties one bucket, as the loss of one machine of several does.</summary>
    public void Flush(int bucket)
    {
        lock (_lock)
        {
            foreach (var key in _records.Keys.Where(k => BucketOf(k.Item1) == bucket).ToArray()) _records.Remove(key);
            _history.RemoveAll(h => BucketOf(h.Was.Project) == bucket);
            _states[bucket] = default;
        }
    }

    /// <summary>A copy of what is in the store, to be put back later as an older dump; what is there then is lost.</summary>
    public Action Dump()
    {
        lock (_lock)
        {
            var (records, history, states) = (_records.ToDictionary(), _history.ToList(), _states.ToArray());
            return () =>
            {
                lock (_lock) (_records, _history, _states) = (records.ToDictionary(), history.ToList(), states.ToArray());
            };
        }
    }

    public ValueTask<StoreState> GetStateAsync(int bucket, CancellationToken cancellationToken) => Locked(bucket, () => _states[bucket], cancellationToken);

    public ValueTask<StoreState> InitializeAsync(int bucket, string identity, CancellationToken cancellationToken) =>
        Locked(bucket, () => _states[bucket] is { Identity: null, Sequence: 0 } ? _states[bucket] = new StoreState(identity, 0) : _states[bucket], cancellationToken);

    public ValueTask<PinResult> PinAsync(ProjectName project, string upstream, IReadOnlyList<FileClaim> claims, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken) => Locked(BucketOf(project), () =>
    {
        var open = fence.HeldBy(_states[BucketOf(project)]);
        var pins = claims.Select(claim =>
        {
            if (!_records.TryGetValue((project, claim.Key), out var record))
                return open ? new Pin(PinOutcome.New, Put(TrustRecord.Of(project, upstream, claim, now))) : Pin.Unrecorded;
            return open && record.WithCoreMetadataOf(claim) is { } told ? new Pin(PinOutcome.Same, Put(told), CoreMetadataAdded: true) : record.Hold(claim);
        }).ToArray();
        return new PinResult(pins, _states[BucketOf(project)]);
    }, cancellationToken);

    public ValueTask<RecordResult> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken) =>
        Locked(BucketOf(project), () => Change(project, key, fence, r => r.WithProof(sha256, size, now)), cancellationToken);

    public ValueTask<RecordResult> AcceptAsync(TrustOverride accepted, StoreFence fence, CancellationToken cancellationToken) => Locked(BucketOf(accepted.Project), () =>
    {
        var was = _records.GetValueOrDefault((accepted.Project, accepted.Key));
        var result = Change(accepted.Project, accepted.Key, fence, r => r.With(accepted));
        if (result.Changed) _history.Add(accepted.Replacing(was!));
        return result;
    }, cancellationToken);

    public ValueTask<IReadOnlyList<TrustRecord>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<TrustRecord>>(BucketOf(project), () => [.. _records.Values.Where(r => r.Project == project)], cancellationToken);

    public ValueTask<IReadOnlyList<ReplacedRecord>> GetHistoryAsync(ProjectName project, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<ReplacedRecord>>(BucketOf(project), () => [.. _history.Where(h => h.Was.Project == project)], cancellationToken);

    public async IAsyncEnumerable<TrustRecord> ReadAsync(int bucket, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var records = await Locked(bucket, () => _records.Values.Where(r => BucketOf(r.Project) == bucket && r.Sequence > afterSequence).OrderBy(r => r.Sequence).ToArray(), cancellationToken);
        foreach (var record in records) yield return record;
    }

    public ValueTask<ImportResult> ImportAsync(IReadOnlyList<TrustRecord> records, StoreFence fence, CancellationToken cancellationToken) => Locked(records.Count == 0 ? 0 : BucketOf(records[0].Project), () =>
    {
        var state = _states[records.Count == 0 ? 0 : BucketOf(records[0].Project)];
        if (!fence.HeldBy(state)) return new ImportResult([], 0, [], state);
        var added = new List<TrustRecord>();
        var differences = new List<RecordDifference>();
        foreach (var record in records)
        {
            if (!_records.TryGetValue((record.Project, record.Key), out var here)) added.Add(Put(record));
            else if (here.Sha256 != record.Sha256) differences.Add(new RecordDifference(here, record));
        }
        return new ImportResult(added, records.Count - added.Count - differences.Count, differences, records.Count == 0 ? state : _states[BucketOf(records[0].Project)]);
    }, cancellationToken);

    public async ValueTask RestoreAsync(int bucket, StoreState state, IReadOnlyList<TrustRecord> records, IReadOnlyList<ReplacedRecord> history, CancellationToken cancellationToken) => await Locked(bucket, () =>
    {
        foreach (var record in records) _records[(record.Project, record.Key)] = record;
        var known = _history.Select(h => h.Was.Project).ToHashSet();
        _history.AddRange(history.Where(h => !known.Contains(h.Was.Project)));
        return _states[bucket] = new StoreState(state.Identity, Math.Max(_states[bucket].Sequence, state.Sequence));
    }, cancellationToken);

    private RecordResult Change(ProjectName project, FileKey key, StoreFence fence, Func<TrustRecord, TrustRecord?> change)
    {
        var state = _states[BucketOf(project)];
        if (!_records.TryGetValue((project, key), out var was)) return new RecordResult(null, false, state);
        if (!fence.HeldBy(state) || change(was) is not { } after) return new RecordResult(was, false, state);
        return new RecordResult(Put(after), true, _states[BucketOf(project)]);
    }

    private TrustRecord Put(TrustRecord record)
    {
        ref var state = ref _states[BucketOf(record.Project)];
        state = state with { Sequence = state.Sequence + 1 };
        return _records[(record.Project, record.Key)] = record with { Sequence = state.Sequence };
    }

    private int BucketOf(ProjectName project) => ProjectBuckets.Of(project, buckets);

    private ValueTask<T> Locked<T>(int bucket, Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        if (Away || BucketAway == bucket) throw new StoreUnavailableException("The trust store in memory was taken away.");
        lock (_lock) return ValueTask.FromResult(work());
    }
}
