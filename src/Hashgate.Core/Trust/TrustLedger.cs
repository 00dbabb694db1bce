using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>
/// The one place that knows the order of things: (1) the store takes a change, if it is the journal's store and no older than the
/// journal; (2) the journal has it on disk; (3) it is answered. What isn't in the journal of this replica is never told to anyone, so
/// that a lost store can always be brought back as everybody knew it.
/// </summary>
/// <remarks>Safe for concurrent use. A store or journal that is away is a value here, not an exception, and is tried again at the next call.</remarks>
public sealed partial class TrustLedger(ITrustStore store, ITrustJournal journal, TimeProvider time)
{
    private const int CatchUpBatch = 1000;
    private static readonly TimeSpan ReopenEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SequenceSet _journaled = new(journal.CompleteThrough);
    private readonly JournaledProofs _proofs = new(journal);
    private readonly RecentSet<(ProjectName, FileClaim)> _changesTold = new(20_000);
    private long? _reopenTried;
    private int _catchingUp;
    private volatile string? _storeProblem;

    /// <summary>Why no first use is taken just now, a line each; empty where all is well.</summary>
    public IReadOnlyList<string> Status => [.. new[] { _storeProblem, journal.Failure }.OfType<string>()];

    /// <summary>How far this replica's journal has come.</summary>
    public JournalState Journal => new(journal.Identity, journal.HighestSequence, journal.CompleteThrough, journal.Failure);

    /// <summary>
    /// Brings store and journal together: a fresh store gets an identity, a fresh journal follows the store that is there. Whatever
    /// stands against it is in <see cref="Status"/>.
    /// </summary>
    public ValueTask StartAsync(CancellationToken cancellationToken) => WithStoreAsync(async fence => Judge(await store.GetStateAsync(cancellationToken), fence), cancellationToken);

    /// <summary>
    /// To be called every few seconds: looks whether the store is still the one it was, and journals what other replicas recorded
    /// there meanwhile.
    /// </summary>
    public ValueTask CheckAsync(CancellationToken cancellationToken) => WithStoreAsync(async fence =>
    {
        var state = await store.GetStateAsync(cancellationToken);
        if (Judge(state, fence) is not null) return;
        _proofs.Forget();
        if (journal.Failure is not null || Interlocked.Exchange(ref _catchingUp, 1) == 1) return;
        try
        {
            await CatchUpAsync(state, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _catchingUp, 0);
        }
    }, cancellationToken);

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
        await WithStoreAsync(async fence =>
        {
            result = await store.PinAsync(project, upstream, claims, now, fence, cancellationToken);
            problem = Judge(result.State, fence);
        }, cancellationToken);
        if (result is null) return new LedgerPins(await _proofs.HoldAsync(project, claims, [.. claims.Select(_ => Pin.Unrecorded)], cancellationToken), Status);

        // A store that isn't ours has numbers that mean nothing here: its records are told, and not taken for ours.
        if (problem is not null)
        {
            Pin[] told = [.. result.Pins.Select(p => p.Outcome == PinOutcome.New || p.CoreMetadataAdded ? Pin.Unrecorded : p)];
            return new LedgerPins(await _proofs.HoldAsync(project, claims, told, cancellationToken), Status);
        }

        var (fresh, entries) = Unjournaled(result.Pins, now);
        var changes = Untold(project, claims, result.Pins);
        entries.AddRange(changes.Select(c => Entry(JournalKind.Changed, c.Record, now) with { Sequence = 0, Claim = c.Claim }));
        if (!await TryAppendAsync(entries))
            return new LedgerPins([.. result.Pins.Select(p => p.Record is { } r && fresh.Contains(r.Sequence) ? Pin.Unrecorded : p)], Status);
        lock (_lock)
        {
            foreach (var (claim, _) in changes) _changesTold.Add((project, claim));
        }
        return new LedgerPins(result.Pins, Status);
    }

    /// <summary>Records that a download had the digest that the record promises.</summary>
    public async ValueTask<ProofResult> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var result = await ChangeAsync(fence => store.ProveAsync(project, key, sha256, size, now, fence, cancellationToken), r => Entry(JournalKind.Proven, r, now), cancellationToken);
        if (result is null) return new ProofResult(ProofOutcome.Unavailable, null);
        if (result.Record is not { } record) return new ProofResult(ProofOutcome.NoRecord, null);
        if (record.Sha256 != sha256 || record.Conflict) return new ProofResult(ProofOutcome.Differs, record);
        return new ProofResult(record.ProvenAt is null ? ProofOutcome.Unavailable : ProofOutcome.Proven, record);
    }

    /// <summary>Takes another digest for a file on an operator's word; the record that stood goes to the history.</summary>
    public async ValueTask<AcceptResult> AcceptAsync(TrustOverride accepted, CancellationToken cancellationToken)
    {
        var result = await ChangeAsync(
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
    private async ValueTask<RecordResult?> ChangeAsync(Func<StoreFence, ValueTask<RecordResult>> change, Func<TrustRecord, JournalEntry> entry, CancellationToken cancellationToken)
    {
        RecordResult? result = null;
        string? problem = null;
        await WithStoreAsync(async fence =>
        {
            result = await change(fence);
            problem = Judge(result.State, fence);
        }, cancellationToken);
        if (result?.Record is not { } record || problem is not null || IsJournaled(record)) return result;
        return await TryAppendAsync([result.Changed ? entry(record) : Entry(JournalKind.Read, record, time.GetUtcNow())]) ? result : null;
    }

    private async ValueTask CatchUpAsync(StoreState state, CancellationToken cancellationToken)
    {
        if (state.Sequence <= _journaled.CompleteThrough) return;
        var batch = new List<JournalEntry>();
        await foreach (var record in store.ReadAsync(_journaled.CompleteThrough, cancellationToken))
        {
            if (IsJournaled(record)) continue;
            batch.Add(Entry(JournalKind.Read, record, time.GetUtcNow()));
            if (batch.Count < CatchUpBatch) continue;
            if (!await TryAppendAsync(batch)) return;
            batch.Clear();
        }
        // A store that was emptied while it was read has told less than it should have.
        var after = await store.GetStateAsync(cancellationToken);
        if (after.Identity == state.Identity && after.Sequence >= state.Sequence) await TryAppendAsync(batch, state.Sequence);
    }

    /// <summary>Runs what needs the store, after making sure that it is known whose store it should be.</summary>
    private async ValueTask WithStoreAsync(Func<StoreFence, ValueTask> work, CancellationToken cancellationToken)
    {
        try
        {
            if (journal.Failure is not null) await TryReopenAsync(cancellationToken);
            if (journal is { Identity: null, Failure: null }) await SetUpAsync(cancellationToken);
            var fence = journal is { Identity: { } identity, Failure: null } ? new StoreFence(identity, journal.HighestSequence) : StoreFence.Closed;
            await work(fence);
        }
        catch (StoreUnavailableException e)
        {
            _storeProblem = e.Message;
        }
    }

    // Two calls at once do no harm: the store takes one identity, and both journal that one.
    private async ValueTask SetUpAsync(CancellationToken cancellationToken)
    {
        var state = await store.GetStateAsync(cancellationToken);
        if (state is { Identity: null, Sequence: 0 }) state = await store.InitializeAsync(Guid.NewGuid().ToString("N"), cancellationToken);
        if (state.Identity is null) return;
        // The sequence makes a later, older dump of this store known as such from the first day.
        await TryAppendAsync([new JournalEntry { Kind = JournalKind.Store, When = time.GetUtcNow(), Identity = state.Identity, Sequence = state.Sequence }]);
    }

    private string? Judge(StoreState state, StoreFence fence)
    {
        var identity = journal.Identity;
        var least = fence == StoreFence.Closed ? 0 : fence.MinSequence;
        return _storeProblem = (state.Identity, identity) switch
        {
            (null, null) => journal.Failure is null ? "The trust store has no identity: a restore was begun and not finished. Run 'hashgate trust restore' again." : null,
            (null, _) => $"The trust store was emptied; the journal knows store {identity} up to change {journal.HighestSequence}. No new file is taken until 'hashgate trust restore' has brought its records back.",
            (_, not null) when state.Identity != identity => $"The trust store is {state.Identity}, but the journal belongs to store {identity}. No new file is taken: point Hashgate at the right store, or at the right data directory.",
            _ when state.Sequence < least => $"The trust store is older (change {state.Sequence}) than the journal (change {least}): records are missing. No new file is taken until 'hashgate trust restore' has brought them back.",
            _ => null,
        };
    }
}
