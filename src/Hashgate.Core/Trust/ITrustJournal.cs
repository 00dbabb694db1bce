namespace Hashgate.Core.Trust;

/// <summary>A journal to be read: this replica's own, or another's, wherever that is kept.</summary>
public interface IJournalSource
{
    /// <summary>The identity of the store this journal belongs to; null in a new journal.</summary>
    string? Identity { get; }

    /// <summary>The highest sequence in the journal; per bucket of projects once it follows a store that has several.</summary>
    BucketSequences HighestSequence { get; }

    /// <summary>All entries, oldest first.</summary>
    /// <exception cref="StoreUnavailableException">It can't be read now.</exception>
    /// <exception cref="InvalidDataException">It is damaged; the message names the place.</exception>
    IAsyncEnumerable<JournalEntry> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>
/// The append-only account of every change to trust records that this replica made or met, kept apart from the store so
/// that a lost store can be restored. An append is on disk before it returns.
/// </summary>
public interface ITrustJournal : IJournalSource
{
    /// <summary>Every sequence up to this one is in the journal; a store's records past it are still to be journaled.</summary>
    BucketSequences CompleteThrough { get; }

    /// <summary>Why appends are refused since one failed; null while the journal works.</summary>
    string? Failure { get; }

    /// <summary>Appends the entries in this order, once, and flushes them to disk.</summary>
    /// <param name="completeThrough">What <see cref="CompleteThrough"/> is once they are on disk, if higher than before.</param>
    /// <exception cref="StoreUnavailableException">They could not be written and flushed; until <see cref="ReopenAsync"/> nothing is appended.</exception>
    ValueTask AppendAsync(IReadOnlyList<JournalEntry> entries, BucketSequences completeThrough, CancellationToken cancellationToken);

    /// <summary>Goes on after a failure, behind the last entry that is known to be on disk.</summary>
    /// <exception cref="StoreUnavailableException">It still can't be written.</exception>
    ValueTask ReopenAsync(CancellationToken cancellationToken);
}

/// <summary>How far a journal has come; see <see cref="ITrustJournal"/>.</summary>
public sealed record JournalState(string? Identity, BucketSequences HighestSequence, BucketSequences CompleteThrough, string? Failure);

/// <summary>One line of the journal.</summary>
public sealed record JournalEntry
{
    public required JournalKind Kind { get; init; }
    public required DateTimeOffset When { get; init; }

    /// <summary>The sequence of the record's bucket after this change; 0 for an entry that changed no record.</summary>
    public long Sequence { get; init; }

    /// <summary>For <see cref="JournalKind.Store"/>: how far the store has come in each bucket, where it has several; from here on the journal counts by bucket too.</summary>
    public BucketSequences? Sequences { get; init; }

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
    /// <summary>The journal follows this store from here on.</summary>
    Store,

    /// <summary>A first sight.</summary>
    New,

    /// <summary>A download had the recorded digest.</summary>
    Proven,

    /// <summary>Core metadata was told for the first time.</summary>
    CoreMetadata,

    /// <summary>An index claimed another digest than the record's, which stands.</summary>
    Changed,

    /// <summary>An operator accepted another digest.</summary>
    Accepted,

    /// <summary>Put in from an export.</summary>
    Imported,

    /// <summary>Journals disagreed at a restore.</summary>
    Conflict,

    /// <summary>A record as the store had it, made or changed by another replica, or by this one before its journal could tell.</summary>
    Read,
}
