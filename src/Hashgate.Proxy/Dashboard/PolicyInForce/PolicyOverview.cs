using Hashgate.Core.Events;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Provenance;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.PolicyInForce;

/// <summary>What is in force now.</summary>
/// <param name="AuditOnly">Nothing that can be softened is refused, only recorded.</param>
/// <param name="Problems">What keeps policy from being as it should; empty where nothing does.</param>
public sealed record PolicyOverview(bool AuditOnly, IReadOnlyList<string> Problems, IReadOnlyList<RuleRow> Rules, FeedRow Feed, IReadOnlyList<ListRow> Lists)
{
    /// <summary>Those that end first stand first; those that have ended last.</summary>
    public required IReadOnlyList<WaiverRow> Waivers { get; init; }

    public required IReadOnlyList<AcceptedRow> Publishers { get; init; }

    /// <summary>The last changes, newest first.</summary>
    public required IReadOnlyList<StoredEvent> Changes { get; init; }

    /// <summary>The rules that a waiver can lift.</summary>
    public required IReadOnlyList<string> Waivable { get; init; }

    /// <summary>What a replay came to, and what was asked; null where none was run.</summary>
    public ReplayOutcome? Replay { get; init; }
}

/// <summary>A rule.</summary>
/// <param name="What">What it is about, in a sentence.</param>
/// <param name="Mode"><c>always</c>, <c>enforce</c>, <c>audit</c>, <c>off</c> or <c>not set up</c>.</param>
/// <param name="Options">Whole keys of settings, with their values.</param>
public sealed record RuleRow(string Name, string What, string Mode, IReadOnlyList<(string Key, string Value)> Options);

/// <summary>The advisories.</summary>
/// <param name="Source">Null: none are wanted.</param>
/// <param name="CheckedAt">When the source last confirmed them.</param>
public sealed record FeedRow(string? Source, int Count, int Malware, DateTimeOffset? CheckedAt, TimeSpan RefreshAfter, IReadOnlyList<string> Problems);

/// <summary>The allowlist or the blocklist.</summary>
/// <param name="Source">Its file or URL; null where none is configured.</param>
/// <param name="IsLoaded">Whether what the source says is known.</param>
/// <param name="Entries">How many are in force.</param>
/// <param name="Added">Those that were added at run time.</param>
/// <param name="TakesEntries">Whether entries can be added.</param>
public sealed record ListRow(string Name, string? Source, bool IsLoaded, int Entries, IReadOnlyList<ListEntryDocument> Added, bool TakesEntries);

/// <summary>A publisher that an operator accepted.</summary>
public sealed record AcceptedRow(string Project, AcceptedPublisher Accepted);

/// <summary>What came of trying a policy.</summary>
/// <param name="Settings">As they were typed.</param>
/// <param name="Report">Null where it could not be tried.</param>
/// <param name="Problems">Why not; texts may quote what was typed.</param>
public sealed record ReplayOutcome(string Since, string Settings, ReplayReport? Report, IReadOnlyList<string> Problems);
