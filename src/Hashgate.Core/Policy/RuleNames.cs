namespace Hashgate.Core.Policy;

/// <summary>The rules' names, a part of the contract with users and scripts.</summary>
public static class RuleNames
{
    public const string HashMismatch = "hash-mismatch";
    public const string HashChanged = "hash-changed";
    public const string NoHash = "no-hash";
    public const string FilenameMismatch = "filename-mismatch";
    public const string TrustUnavailable = "trust-unavailable";
    public const string UpstreamQuarantined = "upstream-quarantined";
    public const string Allowlist = "allowlist";
    public const string Blocklist = "blocklist";
    public const string RemovedUpstream = "removed-upstream";
    public const string MinimumAge = "minimum-age";
    public const string LateFile = "late-file";
    public const string Sdist = "sdist";
    public const string Typosquat = "typosquat";
    public const string Provenance = "provenance";

    public const string Malware = "malware";
    public const string Vulnerability = "vulnerability";

    public const string Flagged = "flagged";

    /// <summary>Ownership: a project is served through its owner's routes only.</summary>
    public const string ReservedName = "reserved-name";

    /// <summary>Every one of them, by name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Allowlist, Blocklist, FilenameMismatch, Flagged, HashChanged, HashMismatch, LateFile, Malware, MinimumAge, NoHash,
        Provenance, RemovedUpstream, ReservedName, Sdist, TrustUnavailable, Typosquat, UpstreamQuarantined, Vulnerability,
    ];
}
