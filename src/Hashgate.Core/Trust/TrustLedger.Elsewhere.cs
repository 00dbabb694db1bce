namespace Hashgate.Core.Trust;

// What the journals of other replicas know.
public sealed partial class TrustLedger
{
    // Why the other journals aren't known yet. A replica that has a journal goes on by that.
    private volatile string? _unread = shared is null ? null : "The journals of other replicas have not been read yet.";

    /// <summary>This replica has no journal, and could not read the others' yet: it doesn't know its store.</summary>
    public bool IsNew => journal.Identity is null && _unread is not null;

    /// <summary>
    /// Reads how far the journals of all replicas have come. A replica without a journal takes them for its own: the store must be theirs, and no
    /// older; one that has a journal must find the store no older than the others knew it. Until it has succeeded once it is to be tried again.
    /// </summary>
    /// <returns>Whether it succeeded; where it didn't and this replica has no journal, no first use is taken, and <see cref="Status"/> says why.</returns>
    public async ValueTask<bool> LearnAsync(CancellationToken cancellationToken)
    {
        if (shared is null) return true;
        try
        {
            var heads = await shared.ReadHeadsAsync(cancellationToken);
            var identity = journal.Identity ?? await ChooseAsync([.. heads.Select(h => h.Identity).Distinct()], cancellationToken);
            var known = heads.Where(h => h.Identity == identity).Aggregate(journal.HighestSequence, (highest, head) => highest.Raised(head.HighestSequence));
            var tells = identity is not null && (journal.Identity is null || known != journal.HighestSequence);
            if (tells && !await TryAppendAsync([StoreEntry(identity!, known)])) return false;
            _unread = null;
            return true;
        }
        catch (StoreUnavailableException e)
        {
            _unread = $"{e.Message} This replica has no journal of its own to know the trust store by: no new file is taken until it could read the others'.";
            return false;
        }
    }

    /// <summary>The store that a replica without a journal belongs to; null where no journal says any.</summary>
    private async ValueTask<string?> ChooseAsync(string[] identities, CancellationToken cancellationToken)
    {
        if (identities.Length < 2) return identities.FirstOrDefault();
        var (there, _) = await store.GetStateAsync(0, cancellationToken);
        return identities.FirstOrDefault(i => i == there) ?? throw new StoreUnavailableException(
            $"The journals in the object store belong to {identities.Length} stores ({string.Join(", ", identities.Order(StringComparer.Ordinal).Take(4))}), and the trust store is none of them: remove the heads of those that are no longer meant.");
    }
}
