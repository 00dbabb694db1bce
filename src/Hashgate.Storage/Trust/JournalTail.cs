using Hashgate.Core.Trust;

namespace Hashgate.Storage.Trust;

/// <summary>What the journal knows at its end.</summary>
/// <param name="Store">The identity of the store that it follows.</param>
/// <param name="Partial">How many lines since the last one that told all of it.</param>
internal readonly record struct JournalTail(string? Store, BucketSequences High, BucketSequences Through, int Partial = 0)
{
    /// <summary>The tail with one more entry.</summary>
    /// <param name="completeThrough">What is complete with it.</param>
    public JournalTail With(JournalEntry entry, BucketSequences completeThrough)
    {
        var high = entry.Sequences is { } sequences ? High.Raised(sequences)
            : BucketOf(entry) is { } bucket ? High.Raised(bucket, entry.Sequence)
            : High.Raised(BucketSequences.All(entry.Sequence));
        return this with { Store = entry.Identity ?? Store, High = high, Through = Through.AtMost(high.Count).Raised(completeThrough) };
    }

    /// <summary>The bucket that an entry is about, where this journal counts by bucket.</summary>
    public int? BucketOf(JournalEntry entry) => High.Count > 1 && entry.Record is { } record ? ProjectBuckets.Of(record.Project) : null;
}

/// <summary>What one line tells of the tail: all of it, or that of its own bucket, for 64 times two numbers a line would be more than the record.</summary>
internal readonly record struct JournalTailLine(string? Store, int? Bucket, BucketSequences High, BucketSequences Through)
{
    // So many lines at most are read at a start.
    private const int MaxPartial = 64;

    /// <summary>The tail with one more entry, and what its line tells.</summary>
    public static (JournalTail Tail, JournalTailLine Line) Next(JournalTail tail, JournalEntry entry, BucketSequences completeThrough)
    {
        var next = tail.With(entry, completeThrough);
        var whole = new JournalTailLine(next.Store, null, next.High, next.Through);
        if (tail.BucketOf(entry) is not { } bucket || tail.Partial >= MaxPartial) return (next with { Partial = 0 }, whole);
        return next.Through == tail.Through.Raised(bucket, next.Through[bucket])
            ? (next with { Partial = tail.Partial + 1 }, new JournalTailLine(next.Store, bucket, BucketSequences.All(next.High[bucket]), BucketSequences.All(next.Through[bucket])))
            : (next with { Partial = 0 }, whole);
    }

    /// <summary>The tail that the last lines tell together.</summary>
    /// <param name="lines">The last line first; read up to the first one that tells all.</param>
    /// <returns>The tail of a new journal where there is no line, null where none tells all.</returns>
    public static JournalTail? Read(IEnumerable<JournalTailLine> lines)
    {
        var partial = new List<JournalTailLine>();
        foreach (var line in lines)
        {
            if (line.Bucket is not null)
            {
                partial.Add(line);
                continue;
            }
            var tail = new JournalTail(line.Store, line.High, line.Through, partial.Count);
            foreach (var later in partial)
                tail = tail with { High = tail.High.Raised(later.Bucket!.Value, later.High[0]), Through = tail.Through.Raised(later.Bucket.Value, later.Through[0]) };
            return partial.Count == 0 ? tail : tail with { Store = partial[0].Store };
        }
        return partial.Count == 0 ? default(JournalTail) : null;
    }
}
