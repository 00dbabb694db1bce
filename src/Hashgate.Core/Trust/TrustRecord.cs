using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>What was first seen of one file of a project. Once it stands, no other bytes are served under its filename.</summary>
public sealed record TrustRecord
{
    public required ProjectName Project { get; init; }

    /// <summary>The same for every alias of the filename.</summary>
    public required FileKey Key { get; init; }

    /// <summary>The spelling that was first seen.</summary>
    public required string Filename { get; init; }

    public required Sha256Digest Sha256 { get; init; }

    /// <summary>In bytes: as the index told at first sight, then as a proven download had it; null until either did.</summary>
    public long? Size { get; init; }

    /// <summary>The name of the upstream that claimed it first.</summary>
    public required string Upstream { get; init; }

    /// <summary>Where the file was when it was first seen: absolute.</summary>
    public required string Url { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>When a download first had this digest; null while it is only claimed.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>The upload time that the index told first. Later claims never change it.</summary>
    public DateTimeOffset? UploadTime { get; init; }

    /// <summary>The digest of the core metadata, as first told; a later first telling is taken, a change is not.</summary>
    public Sha256Digest? CoreMetadata { get; init; }

    /// <summary>When an operator last put another digest in the place of the first; null while what was first seen stands.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>Journals disagree about this file: refused until an operator accepts one digest.</summary>
    public bool Conflict { get; init; }

    /// <summary>The store's sequence number of the last change to this record.</summary>
    public long Sequence { get; init; }

    /// <summary>The record that a first sight makes.</summary>
    public static TrustRecord Of(ProjectName project, string upstream, FileClaim claim, DateTimeOffset now, long sequence = 0) => new()
    {
        Project = project,
        Key = claim.Key,
        Filename = claim.Filename,
        Sha256 = claim.Sha256,
        Size = claim.Size,
        Upstream = upstream,
        Url = claim.Url,
        FirstSeen = now,
        UploadTime = claim.UploadTime,
        CoreMetadata = claim.CoreMetadata,
        Sequence = sequence,
    };

    /// <summary>Holds a claim against this record, which stood before the claim came.</summary>
    public Pin Hold(FileClaim claim) => new(
        claim.Sha256 == Sha256 ? PinOutcome.Same : PinOutcome.Changed,
        this,
        CoreMetadataChanged: claim.CoreMetadata is { } told && CoreMetadata is { } known && told != known);

    /// <summary>
    /// This record with the core metadata that a claim tells first; null where there is nothing to add. A claim of other bytes
    /// has nothing to say about these.
    /// </summary>
    public TrustRecord? WithCoreMetadataOf(FileClaim claim) =>
        CoreMetadata is null && claim.CoreMetadata is { } told && claim.Sha256 == Sha256 && !Conflict ? this with { CoreMetadata = told } : null;

    /// <summary>This record after a download had its digest; null where that changes nothing or isn't so.</summary>
    public TrustRecord? WithProof(Sha256Digest sha256, long size, DateTimeOffset now) =>
        Sha256 == sha256 && ProvenAt is null && !Conflict ? this with { ProvenAt = now, Size = size } : null;

    /// <summary>
    /// This record after an operator's word. Where it names the digest that stands (a conflict decided), what was proven stays so;
    /// other bytes have their own proof and core metadata to come.
    /// </summary>
    public TrustRecord With(TrustOverride accepted)
    {
        if (accepted.CoreMetadata) return this with { CoreMetadata = accepted.Sha256, AcceptedAt = accepted.When };
        var same = accepted.Sha256 == Sha256;
        return this with
        {
            Sha256 = accepted.Sha256,
            Size = accepted.Size ?? (same ? Size : null),
            Url = accepted.Url ?? Url,
            ProvenAt = same ? ProvenAt : null,
            CoreMetadata = same ? CoreMetadata : null,
            AcceptedAt = accepted.When,
            Conflict = false,
        };
    }
}

/// <summary>What an index says of one file, to be held against its trust record.</summary>
/// <param name="Url">Absolute.</param>
/// <param name="Size">In bytes, where told.</param>
/// <param name="CoreMetadata">The digest of <c>&lt;file&gt;.metadata</c>, where told.</param>
public sealed record FileClaim(
    FileKey Key,
    string Filename,
    Sha256Digest Sha256,
    long? Size,
    string Url,
    DateTimeOffset? UploadTime,
    Sha256Digest? CoreMetadata);

/// <summary>A claim held against the trust record.</summary>
public enum PinOutcome
{
    /// <summary>There was no record: this claim is it now.</summary>
    New,

    /// <summary>The record says the same digest.</summary>
    Same,

    /// <summary>The record says another digest, and stands.</summary>
    Changed,

    /// <summary>There is no record, and none may be made now: the store is away, was emptied, or is older than the journal.</summary>
    Unrecorded,
}

/// <summary>The outcome for one claim.</summary>
/// <param name="Record">The record that holds now; null when <see cref="PinOutcome.Unrecorded"/>.</param>
/// <param name="CoreMetadataChanged">The claim names another core metadata digest than the record.</param>
/// <param name="CoreMetadataAdded">The claim was the first to name a core metadata digest; the record has it now.</param>
public readonly record struct Pin(PinOutcome Outcome, TrustRecord? Record, bool CoreMetadataChanged = false, bool CoreMetadataAdded = false)
{
    /// <summary>No record, and none made.</summary>
    public static Pin Unrecorded { get; } = new(PinOutcome.Unrecorded, null);
}
