using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>
/// What several journals of one store, and the store itself, know together. An operator's last word on a file outweighs what came before
/// it; otherwise different digests of one file are a conflict.
/// </summary>
internal sealed class TrustUnion
{
    private readonly Dictionary<(ProjectName Project, FileKey Key), List<TrustRecord>> _versions = [];
    private readonly List<JournalEntry> _overrides = [];

    public IEnumerable<TrustRecord> Versions => _versions.Values.SelectMany(v => v);

    public async ValueTask AddAsync(IJournalSource journal, CancellationToken cancellationToken)
    {
        await foreach (var entry in journal.ReadAsync(cancellationToken))
        {
            if (entry.Record is not { } record || entry.Kind == JournalKind.Changed) continue;
            Add(record);
            if (entry.Kind == JournalKind.Accepted) _overrides.Add(entry);
        }
    }

    public void Add(TrustRecord record)
    {
        if (!_versions.TryGetValue((record.Project, record.Key), out var versions)) _versions.Add((record.Project, record.Key), versions = []);
        if (!versions.Contains(record)) versions.Add(record);
    }

    /// <summary>
    /// One record per file, by sequence where nothing was renumbered. Those newly in conflict, and those whose number another file of their
    /// bucket has too, get new numbers above <paramref name="highest"/>, so that every replica notices.
    /// </summary>
    /// <param name="highest">As many as the store has buckets.</param>
    public (IReadOnlyList<TrustRecord> Records, BucketSequences Highest) Resolve(BucketSequences highest)
    {
        var resolved = _versions.Values.Select(Resolve).OrderBy(r => r.Record.Sequence).ToArray();
        var reached = highest.ToArray();
        int BucketOf(TrustRecord record) => ProjectBuckets.Of(record.Project, reached.Length);
        foreach (var (record, _) in resolved) reached[BucketOf(record)] = Math.Max(reached[BucketOf(record)], record.Sequence);
        var numbers = new HashSet<(int, long)>();
        var records = resolved.Select(r => !r.IsNew && numbers.Add((BucketOf(r.Record), r.Record.Sequence)) ? r.Record : r.Record with { Sequence = ++reached[BucketOf(r.Record)] }).ToArray();
        return (records, BucketSequences.Of(reached));
    }

    /// <summary>What operators replaced, oldest first, as far as the journals tell what was there before.</summary>
    public IReadOnlyList<ReplacedRecord> History()
    {
        var history = new List<ReplacedRecord>();
        foreach (var entry in _overrides.DistinctBy(e => e.Record!).OrderBy(e => e.Sequence))
        {
            var after = entry.Record!;
            var was = _versions[(after.Project, after.Key)].Where(v => v.Sequence < after.Sequence).MaxBy(v => v.Sequence);
            if (was is null) continue;
            var metadata = was.Sha256 == after.Sha256 && was.CoreMetadata != after.CoreMetadata && after.CoreMetadata is not null;
            history.Add(new ReplacedRecord(was, metadata ? after.CoreMetadata!.Value : after.Sha256, metadata, entry.Actor ?? "", entry.Reason ?? "", entry.When));
        }
        return history;
    }

    private static (TrustRecord Record, bool IsNew) Resolve(List<TrustRecord> versions)
    {
        var ordered = versions.OrderBy(v => v.Sequence).ToArray();
        var word = ordered.Max(v => v.AcceptedAt);
        // What was there before the operator's word is settled by it; what came after without knowing of it isn't.
        var since = ordered.First(v => v.AcceptedAt == word).Sequence;
        var standing = word is null ? ordered : [.. ordered.Where(v => v.AcceptedAt == word || v.Sequence > since)];
        var last = standing[^1];
        var conflict = standing.Any(v => v.Conflict) || standing.Any(v => v.Sha256 != last.Sha256);
        if (conflict) return last.Conflict ? (last, false) : (standing[0] with { Conflict = true }, true);
        return (last with
        {
            ProvenAt = last.ProvenAt ?? standing.Select(v => v.ProvenAt).FirstOrDefault(p => p is not null),
            CoreMetadata = standing.Select(v => v.CoreMetadata).FirstOrDefault(m => m is not null),
        }, false);
    }
}
