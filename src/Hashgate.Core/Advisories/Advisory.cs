namespace Hashgate.Core.Advisories;

/// <summary>What is told of one flaw that a version has: several databases' records of it are one advisory.</summary>
/// <param name="Record">The record that speaks for all, one of malicious packages before others.</param>
/// <param name="Ids">The ids and aliases of all the records; CVE numbers are among them.</param>
/// <param name="Severity">The highest that any of the records has; null where none has one.</param>
/// <param name="IsUndecided">No record says that the version is affected, but one has a range that can't be put in order.</param>
public sealed record Advisory(OsvRecord Record, IReadOnlySet<string> Ids, AdvisorySeverity? Severity, bool IsUndecided)
{
    /// <summary>For a person, in one line: <c>MAL-2026-2144: Malicious code in litellm (PyPI)</c>. Hostile text.</summary>
    public string Sentence { get; } =
        Record.Id + (Record.Summary.Length > 0 ? ": " + Record.Summary : "") + (IsUndecided ? " (its versions can't be put in order, so this one counts as affected)" : "");
}

/// <summary>The advisories that concern one version of a project.</summary>
/// <param name="Malware">Those that call it malicious.</param>
/// <param name="Vulnerabilities">All others, the gravest first, those without a severity last.</param>
public sealed record VersionAdvisories(IReadOnlyList<Advisory> Malware, IReadOnlyList<Advisory> Vulnerabilities)
{
    public static readonly VersionAdvisories None = new([], []);
}
