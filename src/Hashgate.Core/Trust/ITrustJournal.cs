namespace Hashgate.Core.Trust;

/// <summary>
/// The append-only account of every change to trust records that this replica made or met, kept apart from the store so
/// that a lost store can be restored. An append is on disk before it returns.
/// </summary>
public interface ITrustJournal
{
    /// <summary>The identity of the store this journal belongs to; null in a new journal.</summary>
    string? Identity { get; }

    /// <summary>The highest sequence in the journal.</summary>
    long HighestSequence { get; }

    /// <summary>Every sequence up to this one is in the journal; a store's records past it are still to be journaled.</summary>
    long CompleteThrough { get; }

    /// <summary>Appends the entries in this order, once, and flushes them to disk.</summary>
    /// <exception cref="StoreUnavailableException">They could not be written and flushed.</exception>
    ValueTask AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken);

    /// <summary>All entries, oldest first.</summary>
    IAsyncEnumerable<JournalEntry> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>One line of the journal.</summary>
public sealed record JournalEntry
{
    public required JournalKind Kind { get; init; }
    public required DateTimeOffset When { get; init; }

    /// <summary>The store's sequence after this change; 0 for an entry that changed no record.</summary>
    public long Sequence { get; init; }

    /// <summary>For <see cref="JournalKind.Store"/>: the identity that this journal follows from here on.</summary>
    public string? Identity { get; init; }

    /// <summary>The record as it stands after the change; for <see cref="JournalKind.Changed"/> the record that stood.</summary>
    public TrustRecord? Record { get; init; }

    /// <summary>For <see cref="JournalKind.Changed"/>: the claim that was not taken.</summary>
    public FileClaim? Claim { get; init; }

    /// <summary>Who did it, for an operator's act.</summary>
    public string? Actor { get; init; }

    public string? Reason { get; init; }
}

/// <summary>What a journal entry tells.</summary>
public enum JournalKind
{
    Store,
    New,
    Proven,
    CoreMetadata,
    Changed,
    Accepted,
    Imported,
    Conflict,
}
