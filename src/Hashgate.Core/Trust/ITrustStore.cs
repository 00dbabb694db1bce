using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>
/// The trust records. Several processes may share one store. Each change is one atomic step together with the check of its
/// fence; large calls may be several such steps. A store that can't be reached throws
/// <see cref="StoreUnavailableException"/>; what the call would have changed may then have been changed or not.
/// A store has one bucket for all projects, or <see cref="ProjectBuckets.Count"/> that know nothing of each other: each has its own
/// identity (the same in all of one store) and sequence, and fences are per bucket.
/// </summary>
public interface ITrustStore
{
    /// <summary>1 or <see cref="ProjectBuckets.Count"/>; known without asking the store.</summary>
    int BucketCount { get; }

    /// <summary>A bucket's identity and sequence; identity is null in one that was never initialized, or was emptied.</summary>
    ValueTask<StoreState> GetStateAsync(int bucket, CancellationToken cancellationToken);

    /// <summary>Gives a bucket that never had one an identity; in any other it changes nothing. Returns the state that holds now.</summary>
    ValueTask<StoreState> InitializeAsync(int bucket, string identity, CancellationToken cancellationToken);

    /// <summary>
    /// Records every claim that has no record yet and returns, in the claims' order, what holds now. Where the store doesn't
    /// satisfy <paramref name="fence"/> nothing is recorded: claims without a record come back <see cref="PinOutcome.Unrecorded"/>.
    /// The check and the inserts are one atomic step. Core metadata told for the first time is added to a record in the same way.
    /// </summary>
    ValueTask<PinResult> PinAsync(ProjectName project, string upstream, IReadOnlyList<FileClaim> claims, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken);

    /// <summary>Marks the record as proven, with its size, where it says this digest.</summary>
    ValueTask<RecordResult> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken);

    /// <summary>All records of a project.</summary>
    ValueTask<IReadOnlyList<TrustRecord>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>Replaces a record on an operator's word; the old one goes to the history.</summary>
    ValueTask<RecordResult> AcceptAsync(TrustOverride accepted, StoreFence fence, CancellationToken cancellationToken);

    /// <summary>What a project's records were before an operator changed them, oldest first.</summary>
    ValueTask<IReadOnlyList<ReplacedRecord>> GetHistoryAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>
    /// Every record of a bucket whose sequence is greater than <paramref name="afterSequence"/>, by sequence. One that changes meanwhile may come
    /// twice; none is left out that was there when the reading began.
    /// </summary>
    IAsyncEnumerable<TrustRecord> ReadAsync(int bucket, long afterSequence, CancellationToken cancellationToken);

    /// <summary>
    /// Puts records of one bucket in that aren't there, with new sequence numbers, and never overwrites: a record with another digest is returned as a
    /// difference. Nothing is put in where the fence doesn't hold.
    /// </summary>
    ValueTask<ImportResult> ImportAsync(IReadOnlyList<TrustRecord> records, StoreFence fence, CancellationToken cancellationToken);

    /// <summary>
    /// For restoring a bucket: puts in these records as they are, replacing those that differ, and this history where the project has none;
    /// then, last, sets the identity and raises the sequence to at least the given one. Until that is done the bucket has no
    /// identity, so that nothing slips in between; an interrupted restore is repeated.
    /// </summary>
    ValueTask RestoreAsync(int bucket, StoreState state, IReadOnlyList<TrustRecord> records, IReadOnlyList<ReplacedRecord> history, CancellationToken cancellationToken);
}

/// <summary>What a store's bucket is and how far it has come.</summary>
/// <param name="Sequence">Grows by one with each change to a record.</param>
public readonly record struct StoreState(string? Identity, long Sequence);

/// <summary>What a store's bucket must be for a first use to be taken: this identity, and no older than the journal.</summary>
public readonly record struct StoreFence(string Identity, long MinSequence)
{
    /// <summary>No bucket satisfies it: for reading what is there and changing nothing.</summary>
    public static StoreFence Closed { get; } = new("", long.MaxValue);

    public bool HeldBy(StoreState state) => state.Identity == Identity && state.Sequence >= MinSequence;
}

/// <summary>The outcome of a change to one record.</summary>
/// <param name="Record">The record that holds now; null where there is none.</param>
/// <param name="Changed">Whether this call changed it.</param>
/// <param name="State">The bucket's state in the same step: tells whether the fence held.</param>
public sealed record RecordResult(TrustRecord? Record, bool Changed, StoreState State);

/// <summary>The pins of one batch and its bucket's state when they were taken.</summary>
public sealed record PinResult(IReadOnlyList<Pin> Pins, StoreState State);

/// <summary>An operator's word that a file's bytes may change.</summary>
/// <param name="CoreMetadata">When true the digest is the core metadata's and the file's own stays.</param>
public sealed record TrustOverride(
    ProjectName Project,
    FileKey Key,
    Sha256Digest Sha256,
    bool CoreMetadata,
    long? Size,
    string? Url,
    string Actor,
    string Reason,
    DateTimeOffset When)
{
    /// <summary>What the history keeps of the record that this replaces.</summary>
    public ReplacedRecord Replacing(TrustRecord was) => new(was, Sha256, CoreMetadata, Actor, Reason, When);
}

/// <summary>A record that an operator replaced.</summary>
/// <param name="CoreMetadata">When true the digest is the core metadata's.</param>
public sealed record ReplacedRecord(TrustRecord Was, Sha256Digest ReplacedBy, bool CoreMetadata, string Actor, string Reason, DateTimeOffset When);

/// <summary>What an import did.</summary>
/// <param name="Added">The records that were put in, with their sequences.</param>
/// <param name="Same">How many were there with the same digest.</param>
/// <param name="Differences">Imported records that the store knows with another digest; left as they were.</param>
/// <param name="State">The bucket's state in the last step: tells whether the fence held.</param>
public sealed record ImportResult(IReadOnlyList<TrustRecord> Added, int Same, IReadOnlyList<RecordDifference> Differences, StoreState State);

/// <summary>Two records of one file that disagree.</summary>
public sealed record RecordDifference(TrustRecord Here, TrustRecord There);

/// <summary>A store can't be reached or fails; what it would have said is unknown.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
