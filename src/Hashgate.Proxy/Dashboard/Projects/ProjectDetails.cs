using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>What is asked of a project's page.</summary>
/// <param name="Version">One release alone; null: every one.</param>
/// <param name="RefusedOnly">Only files that are refused.</param>
/// <param name="Page">From 1.</param>
public sealed record ProjectQuestion(string? Version, bool RefusedOnly, int Page);

/// <summary>What a project's page shows. Nothing of it was asked for upstream.</summary>
/// <param name="PageOf">When the upstream's page was read.</param>
public sealed record ProjectDetails(string Project, string Upstream, DateTimeOffset PageOf, ProjectQuestion Question)
{
    /// <summary>As the index spells it.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Since when the upstream has no such project any more.</summary>
    public DateTimeOffset? GoneSince { get; init; }

    /// <summary>Since when the upstream offers an older page, which isn't taken.</summary>
    public DateTimeOffset? RollbackSince { get; init; }

    public required IReadOnlyList<TrustSignal> Signals { get; init; }
    public required IReadOnlyList<AdvisoryRow> Advisories { get; init; }

    /// <summary>The refusal of a project that has no files; null for any other.</summary>
    public WhyFile? Stub { get; init; }

    public required int Files { get; init; }
    public required int Refused { get; init; }
    /// <summary>Those of this page, newest first.</summary>
    public required ReleaseList Releases { get; init; }

    /// <summary>Who downloaded any of it.</summary>
    public required BlastRadius Reach { get; init; }
    public required IReadOnlyList<PublisherRow> Publishers { get; init; }

    /// <summary>The uploader's words on the newest release of which a copy of them is here; null where there is none.</summary>
    public MetadataClaims? Claims { get; init; }

    /// <summary>The release that <see cref="Claims"/> are of.</summary>
    public string? ClaimsOf { get; init; }

    /// <summary>Entries of the index's page that can't be files of this project, with the reasons.</summary>
    public IReadOnlyList<(string Filename, string Reason)> Dropped { get; init; } = [];
}

/// <summary>A publisher that is trusted for the project.</summary>
/// <param name="AcceptedBy">The operator who said so; null: trusted on first use.</param>
public sealed record PublisherRow(string Publisher, DateTimeOffset Since, string? AcceptedBy, string? Reason);

/// <summary>An advisory that concerns releases of the project.</summary>
/// <param name="Severity"><c>malware</c>, else <c>low</c> to <c>critical</c>; null where none is known.</param>
/// <param name="FixedIn">The versions that it names as its fix.</param>
/// <param name="Releases">How many of the known releases it concerns.</param>
public sealed record AdvisoryRow(string Id, string Url, string? Severity, string Summary, IReadOnlyList<string> FixedIn, int Releases, bool OnNewest);

/// <summary>The releases of one page of the list.</summary>
/// <param name="InAll">How many there are that were asked for.</param>
public sealed record ReleaseList(IReadOnlyList<ReleaseRow> Rows, int InAll, int Page, int Pages);

/// <summary>One release; files without a readable version are one without a version.</summary>
/// <param name="Uploaded">When its first file was uploaded, as the index told at first sight, else first seen.</param>
/// <param name="Advisories">Ids of those that concern it.</param>
public sealed record ReleaseRow(string? Version, bool IsPrerelease, DateTimeOffset? Uploaded, bool IsYanked, IReadOnlyList<string> Advisories, IReadOnlyList<FileRow> Files);

/// <summary>One file.</summary>
/// <param name="Kind"><c>wheel</c>, <c>sdist</c> or <c>other</c>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="RequiresPython">The uploader's claim.</param>
/// <param name="RemovedSince">Since when the index lists it no more.</param>
/// <param name="ClaimedNow">The sha256 that the index claims now, where that is not the recorded one.</param>
public sealed record FileRow(
    WhyFile File, string Kind, long? Size, string? RequiresPython, DateTimeOffset? RemovedSince, string? ClaimedNow, ProvenanceNote Provenance, FileReach Reach);

/// <summary>How far a file's provenance goes.</summary>
/// <param name="Level">In a word or two.</param>
/// <param name="Detail">Its publishers, or what contradicts; texts of others. Null where there is none.</param>
public sealed record ProvenanceNote(string Level, string? Detail);

/// <summary>How often a file was downloaded, and by how many clients.</summary>
public readonly record struct FileReach(long Downloads, int Clients);

/// <summary>One thing that a person goes by to judge whether a project can be trusted.</summary>
/// <param name="Value">May quote what others wrote.</param>
/// <param name="Source">Who says so, and who could make it say so.</param>
public sealed record TrustSignal(string Name, SignalTone Tone, string Value, string Source);

/// <summary>What a signal speaks for.</summary>
public enum SignalTone
{
    /// <summary>For trust.</summary>
    Good,

    /// <summary>Neither.</summary>
    Plain,

    /// <summary>Look closer.</summary>
    Caution,

    /// <summary>Against trust.</summary>
    Bad,
}
