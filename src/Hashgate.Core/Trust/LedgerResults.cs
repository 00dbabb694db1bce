namespace Hashgate.Core.Trust;

/// <summary>The pins of one page.</summary>
/// <param name="Problems">Why first uses were not taken; empty where all is well.</param>
public sealed record LedgerPins(IReadOnlyList<Pin> Pins, IReadOnlyList<string> Problems);

/// <summary>What came of a proof.</summary>
public enum ProofOutcome
{
    /// <summary>The record says this digest and is marked as proven, now or before.</summary>
    Proven,

    /// <summary>The record says another digest, or is in conflict.</summary>
    Differs,

    /// <summary>There is no record to prove.</summary>
    NoRecord,

    /// <summary>Store or journal could not take it: the file is as unproven as before.</summary>
    Unavailable,
}

/// <summary>The outcome of a proof and the record that holds now, where it is known.</summary>
public readonly record struct ProofResult(ProofOutcome Outcome, TrustRecord? Record);

/// <summary>What came of an operator's word.</summary>
public enum AcceptOutcome
{
    Accepted,
    NoRecord,

    /// <summary>Store or journal could not take it.</summary>
    Unavailable,
}

/// <summary>The outcome of an operator's word and the record that holds now, where it is known.</summary>
public readonly record struct AcceptResult(AcceptOutcome Outcome, TrustRecord? Record);

/// <summary>
/// An operator's word on what a bad upstream left behind: files first recorded from it since a moment, of which it has told
/// another digest since then.
/// </summary>
/// <param name="ClaimedOnly">Leave alone what a download has proven.</param>
/// <param name="DryRun">Only tell what would be accepted.</param>
public sealed record BulkAccept(string Upstream, DateTimeOffset Since, bool ClaimedOnly, bool DryRun, string Actor, string Reason);

/// <summary>One change of a <see cref="BulkAccept"/>.</summary>
/// <param name="Outcome">Null in a dry run.</param>
public sealed record BulkAccepted(TrustRecord Was, TrustOverride Override, AcceptOutcome? Outcome);

/// <summary>What an import did.</summary>
/// <param name="Problem">Why not everything was taken; null where it was.</param>
public sealed record LedgerImport(int Added, int Same, IReadOnlyList<RecordDifference> Differences, string? Problem);

/// <summary>Where the store disagrees with its journal, or with another store.</summary>
/// <param name="MissingThere">What the store has and the other hasn't.</param>
/// <param name="Different">The store's record first.</param>
public sealed record TrustDiff(IReadOnlyList<TrustRecord> MissingInStore, IReadOnlyList<TrustRecord> MissingThere, IReadOnlyList<RecordDifference> Different);

/// <summary>What a restore did.</summary>
/// <param name="Conflicts">Files about which the journals disagree: refused until an operator accepts a digest.</param>
/// <param name="Problem">Why nothing was restored; null where it was.</param>
public sealed record RestoreResult(int Records, IReadOnlyList<TrustRecord> Conflicts, string? Problem);
