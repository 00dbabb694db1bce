using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>
/// The trust records. Every call is one round trip and atomic; several processes may share one store. A store that can't
/// be reached throws <see cref="StoreUnavailableException"/>.
/// </summary>
public interface ITrustStore
{
    /// <summary>The store's identity and sequence; identity is null in a store that was never initialized, or was emptied.</summary>
    ValueTask<StoreState> GetStateAsync(CancellationToken cancellationToken);

    /// <summary>Gives an empty store its identity; in any other it changes nothing. Returns the state that holds now.</summary>
    ValueTask<StoreState> InitializeAsync(string identity, CancellationToken cancellationToken);

    /// <summary>
    /// Records every claim that has no record yet and returns, in the claims' order, what holds now. Where the store doesn't
    /// satisfy <paramref name="fence"/> nothing is recorded: claims without a record come back <see cref="PinOutcome.Unrecorded"/>.
    /// The check and the inserts are one atomic step.
    /// </summary>
    ValueTask<PinResult> PinAsync(ProjectName project, string upstream, IReadOnlyList<FileClaim> claims, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken);

    /// <summary>Marks the record as proven, with its size, where it still says this digest. Returns the record that holds now, if any.</summary>
    ValueTask<TrustRecord?> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken);

    /// <summary>All records of a project.</summary>
    ValueTask<IReadOnlyList<TrustRecord>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>Replaces a record on an operator's word; the old one goes to the history. Null where there is no record to replace or the fence doesn't hold.</summary>
    ValueTask<TrustRecord?> AcceptAsync(TrustOverride accepted, StoreFence fence, CancellationToken cancellationToken);

    /// <summary>What a project's records were before an operator changed them, oldest first.</summary>
    ValueTask<IReadOnlyList<ReplacedRecord>> GetHistoryAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>Every record whose sequence is greater than <paramref name="afterSequence"/>, by sequence.</summary>
    IAsyncEnumerable<TrustRecord> ReadAsync(long afterSequence, CancellationToken cancellationToken);

    /// <summary>
    /// Puts records in that aren't there, with new sequence numbers, and never overwrites: a record with another digest is returned as a difference.
    /// </summary>
    ValueTask<ImportResult> ImportAsync(IReadOnlyList<TrustRecord> records, CancellationToken cancellationToken);

    /// <summary>
    /// For restoring: sets identity and raises the sequence to at least <paramref name="sequence"/>, and puts in these records as they
    /// are, replacing those that differ.
    /// </summary>
    ValueTask RestoreAsync(string identity, long sequence, IReadOnlyList<TrustRecord> records, CancellationToken cancellationToken);
}

/// <summary>What a store is and how far it has come.</summary>
/// <param name="Sequence">Grows by one with each change to a record.</param>
public readonly record struct StoreState(string? Identity, long Sequence);

/// <summary>What a store must be for a first use to be taken: this identity, and no older than the journal.</summary>
public readonly record struct StoreFence(string Identity, long MinSequence);

/// <summary>The pins of one batch and the store's state when they were taken.</summary>
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
    DateTimeOffset When);

/// <summary>A record that an operator replaced.</summary>
public sealed record ReplacedRecord(TrustRecord Was, Sha256Digest ReplacedBy, string Actor, string Reason, DateTimeOffset When);

/// <summary>What an import did.</summary>
/// <param name="Differences">Imported records that the store knows with another digest; left as they were.</param>
public sealed record ImportResult(int Added, int Same, IReadOnlyList<RecordDifference> Differences);

/// <summary>Two records of one file that disagree.</summary>
public sealed record RecordDifference(TrustRecord Here, TrustRecord There);

/// <summary>A store can't be reached or fails; what it would have said is unknown.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
