using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

// Whose store it should be, and whether it is.
public sealed partial class TrustLedger
{
    private int BucketOf(ProjectName project) => ProjectBuckets.Of(project, store.BucketCount);

    /// <summary>Looks at every bucket, and returns those that are what they were.</summary>
    private async ValueTask<IReadOnlyList<(int Bucket, StoreState State)>> LookAsync(CancellationToken cancellationToken)
    {
        // One first: it sets up what the others need, and where it can't, none can.
        var looks = new List<(int Bucket, StoreState? State)> { await LookAsync(0, cancellationToken) };
        if (journal.Identity is not null) looks.AddRange(await Task.WhenAll(Enumerable.Range(1, store.BucketCount - 1).Select(bucket => LookAsync(bucket, cancellationToken))));
        else for (var bucket = 1; bucket < store.BucketCount; bucket++) _problems[bucket] = _problems[0];
        return [.. looks.Where(l => l.State is not null).Select(l => (l.Bucket, l.State!.Value))];
    }

    private async Task<(int Bucket, StoreState? State)> LookAsync(int bucket, CancellationToken cancellationToken)
    {
        StoreState? sound = null;
        await WithStoreAsync(bucket, async fence =>
        {
            var state = await store.GetStateAsync(bucket, cancellationToken);
            if (Judge(bucket, state, fence) is null) sound = state;
        }, cancellationToken);
        return (bucket, sound);
    }

    /// <summary>Runs what needs a bucket of the store, after making sure that it is known whose store it should be.</summary>
    private async ValueTask WithStoreAsync(int bucket, Func<StoreFence, ValueTask> work, CancellationToken cancellationToken)
    {
        try
        {
            if (journal.Failure is not null) await TryReopenAsync(cancellationToken);
            if (journal.Failure is null && (journal.Identity is null || journal.HighestSequence.Count < store.BucketCount)) await SetUpAsync(cancellationToken);
            await work(FenceOf(bucket));
        }
        catch (StoreUnavailableException e)
        {
            _problems[bucket] = e.Message;
        }
    }

    private StoreFence FenceOf(int bucket) => journal is { Identity: { } identity, Failure: null }
        ? new StoreFence(identity, journal.HighestSequence.AtLeast(store.BucketCount)[bucket])
        : StoreFence.Closed;

    /// <summary>Has the journal follow the store, which gets an identity where it is new.</summary>
    private async ValueTask SetUpAsync(CancellationToken cancellationToken)
    {
        var identity = journal.Identity;
        // From a store with one bucket, brought into one with several: what is known of all is known of each.
        var sequences = journal.HighestSequence.AtLeast(store.BucketCount);
        if (identity is null)
        {
            if (_unread is not null) return;
            var states = await InitializeAsync(await store.GetStatesAsync(cancellationToken), cancellationToken);
            if (states[0].Identity is not { } first || states.Any(s => s.Identity != first)) return;
            // The sequences make a later, older dump of this store known as such from the first day.
            (identity, sequences) = (first, BucketSequences.Of([.. states.Select(s => s.Sequence)]));
        }
        await TryAppendAsync([StoreEntry(identity, sequences)]);
    }

    private JournalEntry StoreEntry(string identity, BucketSequences sequences)
    {
        var entry = new JournalEntry { Kind = JournalKind.Store, When = time.GetUtcNow(), Identity = identity };
        return sequences.Count == 1 ? entry with { Sequence = sequences[0] } : entry with { Sequences = sequences };
    }

    /// <summary>
    /// Gives a store without any record its identity. Two who do so at once agree by the last bucket, which comes first; what one of them left
    /// undone the next one does. Where any bucket has come further, one without an identity was emptied, or is being restored.
    /// </summary>
    private async ValueTask<StoreState[]> InitializeAsync(StoreState[] states, CancellationToken cancellationToken)
    {
        if (states.Any(s => s.Sequence > 0) || states.All(s => s.Identity is not null)) return states;
        var identity = Guid.NewGuid().ToString("N");
        for (var bucket = states.Length - 1; bucket >= 0; bucket--)
        {
            states[bucket] = await store.InitializeAsync(bucket, identity, cancellationToken);
            if (states[bucket].Identity is not { } there) return states;
            identity = there;
        }
        return states;
    }

    private string? Judge(int bucket, StoreState state, StoreFence fence)
    {
        var identity = journal.Identity;
        var least = fence == StoreFence.Closed ? 0 : fence.MinSequence;
        return _problems[bucket] = (state.Identity, identity) switch
        {
            (_, null) when journal.Failure is null && _unread is { } unread => unread,
            (null, null) => journal.Failure is null ? "The trust store has no identity: it was emptied, or a restore was begun and not finished. Run 'hashgate trust restore' (again)." : null,
            (null, _) => $"The trust store was emptied; the journal knows store {identity} up to change {journal.HighestSequence.Highest}. No new file is taken until 'hashgate trust restore' has brought its records back.",
            (_, null) => journal.Failure is null ? "The trust store isn't whole: some of its buckets were emptied, or are another store's. No new file is taken until 'hashgate trust restore' has brought them back from another replica's journal." : null,
            (_, not null) when state.Identity != identity => $"The trust store is {state.Identity}, but the journal belongs to store {identity}. No new file is taken: point Hashgate at the right store, or at the right data directory.",
            _ when state.Sequence < least => $"The trust store is older (change {state.Sequence}) than the journal (change {least}): records are missing. No new file is taken until 'hashgate trust restore' has brought them back.",
            _ => null,
        };
    }
}
