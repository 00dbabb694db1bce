using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

// What the journal has, and what it is still to be told.
public sealed partial class TrustLedger
{
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
    private async ValueTask<bool> TryAppendAsync(List<JournalEntry> entries, long completeThrough = 0)
    {
        var sequences = new List<long>(entries.Count);
        foreach (var entry in entries)
        {
            if (entry.Record is not null && entry.Sequence > 0) sequences.Add(entry.Sequence);
        }
        sequences.Sort();
        long through;
        lock (_lock) through = Math.Max(completeThrough, _journaled.CompleteThroughWith(sequences));
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
            _journaled.Add(sequences);
            _journaled.Complete(completeThrough);
        }
        return true;
    }

    private bool IsJournaled(TrustRecord record)
    {
        lock (_lock) return _journaled.Contains(record.Sequence);
    }

    /// <summary>The sequences of the pins' records that aren't in the journal yet, and an entry for each.</summary>
    private (HashSet<long> Fresh, List<JournalEntry> Entries) Unjournaled(IReadOnlyList<Pin> pins, DateTimeOffset now)
    {
        var (fresh, entries) = (new HashSet<long>(), new List<JournalEntry>());
        lock (_lock)
        {
            foreach (var pin in pins)
            {
                if (pin.Record is { } record && !_journaled.Contains(record.Sequence) && fresh.Add(record.Sequence)) entries.Add(Entry(KindOf(pin), record, now));
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
