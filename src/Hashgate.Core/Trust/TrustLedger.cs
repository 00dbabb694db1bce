using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>
/// The one place that knows the order of things: (1) the store takes a change, if it is the journal's store and no older than the
/// journal; (2) the journal has it on disk; (3) it is answered. What isn't in the journal of this replica is never told to anyone, so
/// that a lost store can always be brought back as everybody knew it.
/// </summary>
/// <remarks>Safe for concurrent use. A store or journal that is away is a value here, not an exception, and is tried again at the next call.</remarks>
public sealed partial class TrustLedger(ITrustStore store, ITrustJournal journal, TimeProvider time, ISharedJournals? shared = null)
{
    private const int CatchUpBatch = 1000;
    private const int CaughtUpAtOnce = 4;
    private static readonly TimeSpan ReopenEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SequenceSet[] _journaled = Journaled(journal.CompleteThrough.AtMost(store.BucketCount));
    private readonly BucketProblems _problems = new(store.BucketCount);
    private readonly JournaledProofs _proofs = new(journal);
    private readonly RecentSet<(ProjectName, FileClaim)> _changesTold = new(20_000);
    private long? _reopenTried;
    private int _catchingUp;

    /// <summary>Why no first use is taken just now, a line each; empty where all is well.</summary>
    public IReadOnlyList<string> Status => [.. _problems.Told, .. Failures];

    /// <summary>Why no first use of this project's files is taken just now, a line each; other projects may do better where the store has several buckets.</summary>
    public IReadOnlyList<string> StatusOf(ProjectName project) => _problems[BucketOf(project)] is { } problem ? [problem, .. Failures] : [.. Failures];

    /// <summary>How far this replica's journal has come.</summary>
    public JournalState Journal => new(journal.Identity, journal.HighestSequence, journal.CompleteThrough, journal.Failure);

    /// <summary>
    /// Brings store and journal together: a fresh store gets an identity, a fresh journal follows the store that is there. Whatever
    /// stands against it is in <see cref="Status"/>.
    /// </summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (journal.Identity is null) await LearnAsync(cancellationToken);
        await LookAsync(cancellationToken);
    }

    /// <summary>
    /// To be called every few seconds: looks whether the store is still the one it was, and journals what other replicas recorded
    /// there meanwhile.
    /// </summary>
    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        var sound = await LookAsync(cancellationToken);
        if (sound.Count == store.BucketCount) _proofs.Forget();
        if (journal.Failure is not null || Interlocked.Exchange(ref _catchingUp, 1) == 1) return;
        try
        {
            var some = new ParallelOptions { MaxDegreeOfParallelism = CaughtUpAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(sound, some, (b, _) => WithStoreAsync(b.Bucket, _ => CatchUpAsync(b.Bucket, b.State, cancellationToken), cancellationToken));
        }
        finally
        {
            Volatile.Write(ref _catchingUp, 0);
        }
    }

    /// <summary>
    /// Holds the claims of one page against the records and records first sights. With the store or the journal away, whatever
    /// isn't known from both, nor proven by the journal alone, comes back <see cref="PinOutcome.Unrecorded"/>: the caller may go on with
    /// the pins it has from before.
    /// </summary>
    public async ValueTask<LedgerPins> PinAsync(string upstream, ProjectName project, IReadOnlyList<FileClaim> claims, CancellationToken cancellationToken)
    {
        PinResult? result = null;
        string? problem = null;
        var now = time.GetUtcNow();
        var bucket = BucketOf(project);
        await WithStoreAsync(bucket, async fence =>
        {
            result = await store.PinAsync(project, upstream, claims, now, fence, cancellationToken);
            problem = Judge(bucket, result.State, fence);
        }, cancellationToken);
        if (result is null) return new LedgerPins(await _proofs.HoldAsync(project, claims, [.. claims.Select(_ => Pin.Unrecorded)], cancellationToken), StatusOf(project));

        // A store that isn't ours has numbers that mean nothing here: its records are told, and not taken for ours.
        if (problem is not null)
        {
            Pin[] told = [.. result.Pins.Select(p => p.Outcome == PinOutcome.New || p.CoreMetadataAdded ? Pin.Unrecorded : p)];
            return new LedgerPins(await _proofs.HoldAsync(project, claims, told, cancellationToken), StatusOf(project));
        }

        var (fresh, entries) = Unjournaled(bucket, result.Pins, now);
        var changes = Untold(project, claims, result.Pins);
        entries.AddRange(changes.Select(c => Entry(JournalKind.Changed, c.Record, now) with { Sequence = 0, Claim = c.Claim }));
        if (!await TryAppendAsync(entries))
            return new LedgerPins([.. result.Pins.Select(p => p.Record is { } r && fresh.Contains(r.Sequence) ? Pin.Unrecorded : p)], StatusOf(project));
        lock (_lock)
        {
            foreach (var (claim, _) in changes) _changesTold.Add((project, claim));
        }
        return new LedgerPins(result.Pins, StatusOf(project));
    }

    /// <summary>Records that a download had the digest that the record promises.</summary>
    public async ValueTask<ProofResult> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var result = await ChangeAsync(project, fence => store.ProveAsync(project, key, sha256, size, now, fence, cancellationToken), r => Entry(JournalKind.Proven, r, now), cancellationToken);
        if (result is null) return new ProofResult(ProofOutcome.Unavailable, null);
        if (result.Record is not { } record) return new ProofResult(ProofOutcome.NoRecord, null);
        if (record.Sha256 != sha256 || record.Conflict) return new ProofResult(ProofOutcome.Differs, record);
        return new ProofResult(record.ProvenAt is null ? ProofOutcome.Unavailable : ProofOutcome.Proven, record);
    }

    /// <summary>Takes another digest for a file on an operator's word; the record that stood goes to the history.</summary>
    public async ValueTask<AcceptResult> AcceptAsync(TrustOverride accepted, CancellationToken cancellationToken)
    {
        var result = await ChangeAsync(
            accepted.Project,
            fence => store.AcceptAsync(accepted, fence, cancellationToken),
            r => Entry(JournalKind.Accepted, r, accepted.When) with { Actor = accepted.Actor, Reason = accepted.Reason },
            cancellationToken);
        if (result is null) return new AcceptResult(AcceptOutcome.Unavailable, null);
        return new AcceptResult(result.Changed ? AcceptOutcome.Accepted : result.Record is null ? AcceptOutcome.NoRecord : AcceptOutcome.Unavailable, result.Record);
    }

    /// <summary>All records of a project.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked.</exception>
    public ValueTask<IReadOnlyList<TrustRecord>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) => store.GetProjectAsync(project, cancellationToken);

    /// <summary>What a project's records were before an operator changed them.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked.</exception>
    public ValueTask<IReadOnlyList<ReplacedRecord>> GetHistoryAsync(ProjectName project, CancellationToken cancellationToken) => store.GetHistoryAsync(project, cancellationToken);

    /// <summary>One change to one record, journaled before it is told; null where store or journal could not take it.</summary>
    private async ValueTask<RecordResult?> ChangeAsync(ProjectName project, Func<StoreFence, ValueTask<RecordResult>> change, Func<TrustRecord, JournalEntry> entry, CancellationToken cancellationToken)
    {
        RecordResult? result = null;
        string? problem = null;
        var bucket = BucketOf(project);
        await WithStoreAsync(bucket, async fence =>
        {
            result = await change(fence);
            problem = Judge(bucket, result.State, fence);
        }, cancellationToken);
        if (result?.Record is not { } record || problem is not null || IsJournaled(bucket, record)) return result;
        return await TryAppendAsync([result.Changed ? entry(record) : Entry(JournalKind.Read, record, time.GetUtcNow())]) ? result : null;
    }

    private async ValueTask CatchUpAsync(int bucket, StoreState state, CancellationToken cancellationToken)
    {
        var through = CompleteThrough(bucket);
        if (state.Sequence <= through) return;
        var batch = new List<JournalEntry>();
        await foreach (var record in store.ReadAsync(bucket, through, cancellationToken))
        {
            if (IsJournaled(bucket, record)) continue;
            batch.Add(Entry(JournalKind.Read, record, time.GetUtcNow()));
            if (batch.Count < CatchUpBatch) continue;
            if (!await TryAppendAsync(batch)) return;
            batch.Clear();
        }
        // A store that was emptied while it was read has told less than it should have.
        var after = await store.GetStateAsync(bucket, cancellationToken);
        if (after.Identity == state.Identity && after.Sequence >= state.Sequence) await TryAppendAsync(batch, NoSequences.Raised(bucket, state.Sequence));
    }
}
