namespace Hashgate.Core.Trust;

// What operators do: exchange, compare, restore, accept in bulk.
public sealed partial class TrustLedger
{
    /// <summary>Every record of the store, by sequence.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked.</exception>
    public IAsyncEnumerable<TrustRecord> ExportAsync(CancellationToken cancellationToken) => store.ReadAsync(0, cancellationToken);

    /// <summary>Takes the records that aren't known; never overwrites one.</summary>
    public async ValueTask<LedgerImport> ImportAsync(IReadOnlyList<TrustRecord> records, string actor, string reason, CancellationToken cancellationToken)
    {
        ImportResult? result = null;
        await WithStoreAsync(async fence =>
        {
            result = await store.ImportAsync(records, fence, cancellationToken);
            Judge(result.State, fence);
        }, cancellationToken);
        var now = time.GetUtcNow();
        if (result is { Added.Count: > 0 })
            await TryAppendAsync([.. result.Added.Select(r => Entry(JournalKind.Imported, r, now) with { Actor = actor, Reason = reason })]);
        return new LedgerImport(result?.Added.Count ?? 0, result?.Same ?? 0, result?.Differences ?? [], Status.Count > 0 ? Status[0] : null);
    }

    /// <summary>Accepts what the upstream now says of the files that <paramref name="request"/> selects.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked.</exception>
    public async ValueTask<IReadOnlyList<BulkAccepted>> AcceptAsync(BulkAccept request, CancellationToken cancellationToken)
    {
        var claims = new Dictionary<(Packaging.ProjectName Project, Packaging.FileKey Key), FileClaim>();
        await foreach (var entry in journal.ReadAsync(cancellationToken))
        {
            if (entry is { Kind: JournalKind.Changed, Record: { } record, Claim: { } claim } && entry.When >= request.Since) claims[(record.Project, record.Key)] = claim;
        }
        var accepted = new List<BulkAccepted>();
        foreach (var project in claims.GroupBy(c => c.Key.Project))
        {
            var records = (await store.GetProjectAsync(project.Key, cancellationToken)).ToDictionary(r => r.Key);
            foreach (var ((_, key), claim) in project)
            {
                if (!records.TryGetValue(key, out var record) || record.Upstream != request.Upstream || record.FirstSeen < request.Since) continue;
                if (request.ClaimedOnly && record.ProvenAt is not null) continue;
                if (Override(record, claim, request) is not { } change) continue;
                accepted.Add(new BulkAccepted(record, change, request.DryRun ? null : (await AcceptAsync(change, cancellationToken)).Outcome));
            }
        }
        return accepted;
    }

    /// <summary>Compares the store with this replica's journal.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked.</exception>
    public async ValueTask<TrustDiff> DiffAsync(CancellationToken cancellationToken)
    {
        var union = new TrustUnion();
        await union.AddAsync(journal, cancellationToken);
        var journaled = union.Resolve().Records.ToDictionary(r => (r.Project, r.Key));
        var (missing, different) = (new List<TrustRecord>(), new List<RecordDifference>());
        await foreach (var record in store.ReadAsync(0, cancellationToken))
        {
            if (!journaled.Remove((record.Project, record.Key), out var there)) missing.Add(record);
            else if (there.Sha256 != record.Sha256 || there.CoreMetadata != record.CoreMetadata || there.Conflict != record.Conflict) different.Add(new RecordDifference(record, there));
        }
        return new TrustDiff([.. journaled.Values], missing, different);
    }

    /// <summary>
    /// Brings the store to the union of what it holds, this replica's journal and <paramref name="others"/>. Where they tell of one
    /// file with different digests and no operator's word decides, the file is in conflict: refused until one does. Holds
    /// all records in memory.
    /// </summary>
    public async ValueTask<RestoreResult> RestoreAsync(IReadOnlyList<IJournalSource> others, CancellationToken cancellationToken)
    {
        IJournalSource[] journals = [journal, .. others];
        var identities = journals.Select(j => j.Identity).OfType<string>().Distinct().ToArray();
        if (identities is not [var identity]) return Refused(identities.Length == 0 ? "The journals are empty: there is nothing to restore from." : $"The journals belong to different stores ({string.Join(", ", identities)}).");
        try
        {
            var state = await store.GetStateAsync(cancellationToken);
            if (state.Identity is { } there && there != identity) return Refused($"The trust store is {there}, the journals belong to {identity}: restoring would mix two stores. Empty it first if it is the wrong one.");
            var union = new TrustUnion();
            await union.AddAsync(journal, cancellationToken);
            var own = union.Versions.ToHashSet();
            foreach (var other in others) await union.AddAsync(other, cancellationToken);
            await foreach (var record in store.ReadAsync(0, cancellationToken)) union.Add(record);
            var (records, highest) = union.Resolve(Math.Max(state.Sequence, journals.Max(j => j.HighestSequence)));
            await store.RestoreAsync(new StoreState(identity, highest), records, union.History(), cancellationToken);

            var now = time.GetUtcNow();
            if (journal.Failure is not null) await TryReopenAsync(cancellationToken);
            var entries = records.Where(r => !own.Contains(r)).Select(r => Entry(r.Conflict ? JournalKind.Conflict : JournalKind.Read, r, now))
                .Append(new JournalEntry { Kind = JournalKind.Store, When = now, Identity = identity, Sequence = highest });
            foreach (var batch in entries.Chunk(CatchUpBatch))
            {
                if (!await TryAppendAsync([.. batch])) return Refused($"The records are back, but the journal can't tell: {journal.Failure}");
            }
            _storeProblem = null;
            return new RestoreResult(records.Count, [.. records.Where(r => r.Conflict)], null);
        }
        catch (StoreUnavailableException e)
        {
            return Refused(e.Message);
        }
    }

    private static RestoreResult Refused(string problem) => new(0, [], problem);

    private TrustOverride? Override(TrustRecord record, FileClaim claim, BulkAccept request)
    {
        var bytes = claim.Sha256 != record.Sha256;
        var digest = bytes ? claim.Sha256 : claim.CoreMetadata;
        if (digest is not { } sha256 || (!bytes && sha256 == record.CoreMetadata)) return null;
        return new TrustOverride(record.Project, record.Key, sha256, CoreMetadata: !bytes, claim.Size, claim.Url, request.Actor, request.Reason, time.GetUtcNow());
    }
}
