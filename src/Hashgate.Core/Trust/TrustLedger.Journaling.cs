using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

// What the journal has, and what it is still to be told.
public sealed partial class TrustLedger
{
    private const int MaxBeyond = 100_000;

    private async ValueTask TryReopenAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_reopenTried is { } last && time.GetElapsedTime(last) < ReopenEvery) return;
            _reopenTried = time.GetTimestamp();
        }
        try
        {
            await journal.ReopenAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // Said in journal.Failure, and so in Status, until a later try succeeds.
        }
    }

    /// <summary>Has the entries on disk when it returns true. Not to be cancelled: the store has them already.</summary>
    /// <param name="completed">What a reading of the store has shown to be complete with these.</param>
    private async ValueTask<bool> TryAppendAsync(IReadOnlyList<JournalEntry> entries, BucketSequences completed = default)
    {
        var sequences = SequencesOf(entries);
        var through = NoSequences.Raised(completed);
        lock (_lock)
        {
            foreach (var (bucket, added) in sequences) through = through.Raised(bucket, _journaled[bucket].CompleteThroughWith(added));
        }
        if (entries.Count > 0)
        {
            try
            {
                await journal.AppendAsync(entries, through, CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                return false; // Said in journal.Failure.
            }
        }
        lock (_lock)
        {
            foreach (var (bucket, added) in sequences) _journaled[bucket].Add(added);
            for (var bucket = 0; bucket < completed.Count; bucket++) _journaled[bucket].Complete(completed[bucket]);
        }
        return true;
    }

    /// <summary>The sequences of the entries' records by bucket, ascending.</summary>
    private Dictionary<int, List<long>> SequencesOf(IReadOnlyList<JournalEntry> entries)
    {
        var sequences = new Dictionary<int, List<long>>();
        foreach (var entry in entries)
        {
            if (entry is not { Record: { } record, Sequence: > 0 }) continue;
            var bucket = BucketOf(record.Project);
            if (!sequences.TryGetValue(bucket, out var added)) sequences.Add(bucket, added = new List<long>(entries.Count));
            added.Add(entry.Sequence);
        }
        foreach (var added in sequences.Values) added.Sort();
        return sequences;
    }

    private bool IsJournaled(int bucket, TrustRecord record)
    {
        lock (_lock) return _journaled[bucket].Contains(record.Sequence);
    }

    private long CompleteThrough(int bucket)
    {
        lock (_lock) return _journaled[bucket].CompleteThrough;
    }

    private BucketSequences NoSequences => BucketSequences.All(0).AtLeast(store.BucketCount);

    private IEnumerable<string> Failures => journal.Failure is { } failure ? [failure] : [];

    private static SequenceSet[] Journaled(BucketSequences through) => [.. through.ToArray().Select(t => new SequenceSet(t, MaxBeyond / through.Count))];

    /// <summary>The sequences of the pins' records that aren't in the journal yet, and an entry for each.</summary>
    private (HashSet<long> Fresh, List<JournalEntry> Entries) Unjournaled(int bucket, IReadOnlyList<Pin> pins, DateTimeOffset now)
    {
        var (fresh, entries) = (new HashSet<long>(), new List<JournalEntry>());
        lock (_lock)
        {
            foreach (var pin in pins)
            {
                if (pin.Record is { } record && !_journaled[bucket].Contains(record.Sequence) && fresh.Add(record.Sequence)) entries.Add(Entry(KindOf(pin), record, now));
            }
        }
        return (fresh, entries);
    }

    /// <summary>The claims that a record contradicts and that the journal wasn't told of lately.</summary>
    private List<(FileClaim Claim, TrustRecord Record)> Untold(ProjectName project, IReadOnlyList<FileClaim> claims, IReadOnlyList<Pin> pins)
    {
        var untold = new List<(FileClaim, TrustRecord)>();
        lock (_lock)
        {
            for (var i = 0; i < pins.Count; i++)
            {
                var contradicts = pins[i].Outcome == PinOutcome.Changed || pins[i].CoreMetadataChanged;
                if (contradicts && !_changesTold.Contains((project, claims[i]))) untold.Add((claims[i], pins[i].Record!));
            }
        }
        return untold;
    }

    private static JournalKind KindOf(Pin pin) =>
        pin.Outcome == PinOutcome.New ? JournalKind.New : pin.CoreMetadataAdded ? JournalKind.CoreMetadata : JournalKind.Read;

    private static JournalEntry Entry(JournalKind kind, TrustRecord record, DateTimeOffset when) =>
        new() { Kind = kind, When = when, Sequence = record.Sequence, Record = record };
}
