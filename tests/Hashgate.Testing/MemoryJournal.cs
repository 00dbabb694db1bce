using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>A journal in memory that keeps the port's promises, and can be made to fail.</summary>
public sealed class MemoryJournal : ITrustJournal
{
    private readonly Lock _lock = new();
    private readonly List<JournalEntry> _entries = [];

    /// <summary>While true no append or reopening succeeds, as on a full disk.</summary>
    public bool Full { get; set; }

    /// <summary>How many appends succeeded.</summary>
    public int Appends { get; private set; }

    public string? Identity { get; private set; }
    public BucketSequences HighestSequence { get; private set; }
    public BucketSequences CompleteThrough { get; private set; }
    public string? Failure { get; private set; }

    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (_lock) return [.. _entries];
        }
    }

    public ValueTask AppendAsync(IReadOnlyList<JournalEntry> entries, BucketSequences completeThrough, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Full) Failure = "The journal in memory is full.";
            if (Failure is not null) throw new StoreUnavailableException(Failure);
            _entries.AddRange(entries);
            Appends++;
            Identity = entries.LastOrDefault(e => e.Identity is not null)?.Identity ?? Identity;
            foreach (var entry in entries)
            {
                HighestSequence = entry.Sequences is { } sequences ? HighestSequence.Raised(sequences)
                    : entry.Record is { } record ? HighestSequence.Raised(ProjectBuckets.Of(record.Project, HighestSequence.Count), entry.Sequence)
                    : HighestSequence.Raised(BucketSequences.All(entry.Sequence));
            }
            CompleteThrough = CompleteThrough.AtMost(HighestSequence.Count).Raised(completeThrough);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask ReopenAsync(CancellationToken cancellationToken)
    {
        if (Full) throw new StoreUnavailableException("The journal in memory is full.");
        Failure = null;
        return ValueTask.CompletedTask;
    }

    public IAsyncEnumerable<JournalEntry> ReadAsync(CancellationToken cancellationToken) => Entries.ToAsyncEnumerable();
}
