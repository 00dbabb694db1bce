using System.Runtime.CompilerServices;

namespace Hashgate.Core.Trust;

// What operators do: exchange, compare, restore, accept in bulk.
public sealed partial class TrustLedger
{
    /// <summary>Every record of the store: bucket by bucket, by sequence.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked.</exception>
    public async IAsyncEnumerable<TrustRecord> ExportAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var bucket = 0; bucket < store.BucketCount; bucket++)
        {
            await foreach (var record in store.ReadAsync(bucket, 0, cancellationToken)) yield return record;
        }
    }

    /// <summary>Takes the records that aren't known; never overwrites one.</summary>
    public async ValueTask<LedgerImport> ImportAsync(IReadOnlyList<TrustRecord> records, string actor, string reason, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(records.GroupBy(r => BucketOf(r.Project)).Select(bucket => ImportAsync(bucket.Key, [.. bucket], cancellationToken)));
        var (now, told) = (time.GetUtcNow(), results.Select(r => r.Result).OfType<ImportResult>().ToArray());
        var entries = told.SelectMany(r => r.Added).Select(r => Entry(JournalKind.Imported, r, now) with { Actor = actor, Reason = reason }).ToArray();
        if (entries.Length > 0) await TryAppendAsync(entries);
        return new LedgerImport(entries.Length, told.Sum(r => r.Same), [.. told.SelectMany(r => r.Differences)], results.Select(r => r.Problem).Append(journal.Failure).OfType<string>().FirstOrDefault());
    }

    private async Task<(ImportResult? Result, string? Problem)> ImportAsync(int bucket, IReadOnlyList<TrustRecord> records, CancellationToken cancellationToken)
    {
        ImportResult? result = null;
        await WithStoreAsync(bucket, async fence =>
        {
            result = await store.ImportAsync(records, fence, cancellationToken);
            Judge(bucket, result.State, fence);
        }, cancellationToken);
        return (result, _problems[bucket]);
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
        return await DiffAsync(union.Resolve(NoSequences).Records.ToDictionary(r => (r.Project, r.Key)), cancellationToken);
    }

    /// <summary>Compares the store with another one's export. Holds that in memory.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be asked.</exception>
    public async ValueTask<TrustDiff> DiffAsync(IAsyncEnumerable<TrustRecord> export, CancellationToken cancellationToken)
    {
        var there = new Dictionary<(Packaging.ProjectName, Packaging.FileKey), TrustRecord>();
        await foreach (var record in export.WithCancellation(cancellationToken)) there[(record.Project, record.Key)] = record;
        return await DiffAsync(there, cancellationToken);
    }

    private async ValueTask<TrustDiff> DiffAsync(Dictionary<(Packaging.ProjectName, Packaging.FileKey), TrustRecord> there, CancellationToken cancellationToken)
    {
        var (missing, different) = (new List<TrustRecord>(), new List<RecordDifference>());
        await foreach (var record in ExportAsync(cancellationToken))
        {
            if (!there.Remove((record.Project, record.Key), out var other)) missing.Add(record);
            else if (other.Sha256 != record.Sha256 || other.CoreMetadata != record.CoreMetadata || other.Conflict != record.Conflict) different.Add(new RecordDifference(record, other));
        }
        return new TrustDiff([.. there.Values], missing, different);
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
            var states = await store.GetStatesAsync(cancellationToken);
            if (states.Select(s => s.Identity).FirstOrDefault(there => there is not null && there != identity) is { } stranger) return Refused($"The trust store is {stranger}, the journals belong to {identity}: restoring would mix two stores. Empty it first if it is the wrong one.");
            var union = new TrustUnion();
            await union.AddAsync(journal, cancellationToken);
            var own = union.Versions.ToHashSet();
            foreach (var other in others) await union.AddAsync(other, cancellationToken);
            await foreach (var record in ExportAsync(cancellationToken)) union.Add(record);
            var reached = journals.Aggregate(BucketSequences.Of([.. states.Select(s => s.Sequence)]), (highest, j) => highest.Raised(j.HighestSequence.AtLeast(store.BucketCount)));
            var (records, highest) = union.Resolve(reached);
            // A new replica knows by the others' heads how far the store had come, and nothing of what was in it.
            if (records.Count == 0 && reached.Total > 0) return Refused($"The journals know that the store had come to change {reached.Total}, and hold none of its records: name those that do, or read those in the object store.");
            await RestoreAsync(identity, highest, records, union.History(), cancellationToken);

            var now = time.GetUtcNow();
            if (journal.Failure is not null) await TryReopenAsync(cancellationToken);
            var entries = records.Where(r => !own.Contains(r)).Select(r => Entry(r.Conflict ? JournalKind.Conflict : JournalKind.Read, r, now))
                .Append(StoreEntry(identity, highest));
            foreach (var batch in entries.Chunk(CatchUpBatch))
            {
                if (!await TryAppendAsync(batch)) return Refused($"The records are back, but the journal can't tell: {journal.Failure}");
            }
            for (var bucket = 0; bucket < store.BucketCount; bucket++) _problems[bucket] = null;
            return new RestoreResult(records.Count, [.. records.Where(r => r.Conflict)], null);
        }
        catch (StoreUnavailableException e)
        {
            return Refused(e.Message);
        }
    }

    private async ValueTask RestoreAsync(string identity, BucketSequences highest, IReadOnlyList<TrustRecord> records, IReadOnlyList<ReplacedRecord> history, CancellationToken cancellationToken)
    {
        var (recordsOf, historyOf) = (records.ToLookup(r => BucketOf(r.Project)), history.ToLookup(h => BucketOf(h.Was.Project)));
        // The last one first, as at a store's beginning: whoever meets the store meanwhile takes its identity from there.
        for (var bucket = store.BucketCount - 1; bucket >= 0; bucket--)
            await store.RestoreAsync(bucket, new StoreState(identity, highest[bucket]), [.. recordsOf[bucket]], [.. historyOf[bucket]], cancellationToken);
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
