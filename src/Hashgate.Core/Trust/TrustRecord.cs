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

    /// <summary>In bytes; null until the index or a proven download told it.</summary>
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

    /// <summary>Journals disagree about this file: refused until an operator accepts one digest.</summary>
    public bool Conflict { get; init; }

    /// <summary>The store's sequence number of the last change to this record.</summary>
    public long Sequence { get; init; }
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
public readonly record struct Pin(PinOutcome Outcome, TrustRecord? Record, bool CoreMetadataChanged);
