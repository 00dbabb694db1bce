namespace Hashgate.Core.Policy;

/// <summary>What policy says of a file, from best to worst.</summary>
public enum Verdict
{
    Allow,
    Warn,

    /// <summary>Not yet: refused until a time or until an operator says otherwise.</summary>
    Hold,
    Block,
}

/// <summary>How far a finding reaches on its project's page.</summary>
public enum FindingScope
{
    /// <summary>This file alone.</summary>
    File,

    /// <summary>Every file of the same version.</summary>
    Release,

    /// <summary>Every file of the project.</summary>
    Project,
}

/// <summary>One rule's reasoned result.</summary>
/// <param name="Rule">The rule's kebab-case name.</param>
/// <param name="Reason">For a person at a terminal; may quote hostile text and is escaped wherever it is shown.</param>
/// <param name="Until">When the finding ends by itself; null where it doesn't.</param>
/// <param name="AuditOnly">The rule runs in audit mode: recorded as <paramref name="Verdict"/>, not refused.</param>
public sealed record Finding(string Rule, Verdict Verdict, FindingScope Scope, string Reason, DateTimeOffset? Until = null, bool AuditOnly = false)
{
    /// <summary>From when on it holds, where that is known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The waiver that lifts it; null where none does.</summary>
    public Waiver? Waiver { get; init; }

    /// <summary>No mode and no waiver softens it: it guards the proof, or stands for a rule that failed.</summary>
    public bool IsFirm { get; init; }

    /// <summary>What the finding does to a request: audit and waivers turn a refusal into a warning.</summary>
    public Verdict Effect => (AuditOnly || Waiver is not null) && Verdict > Verdict.Warn ? Verdict.Warn : Verdict;
}
