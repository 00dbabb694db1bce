namespace Hashgate.Core.Advisories;

/// <summary>What is told of one flaw that a version has: several databases' records of it are one advisory.</summary>
/// <param name="record">The record that speaks for all, one of malicious packages before others.</param>
/// <param name="ids">The ids and aliases of all the records; CVE numbers are among them.</param>
/// <param name="severity">The highest that any of the records has; null where none has one.</param>
/// <param name="isUndecided">No record says that the version is affected, but one has a range that can't be put in order.</param>
public sealed class Advisory(OsvRecord record, IReadOnlySet<string> ids, AdvisorySeverity? severity, bool isUndecided)
{
    public OsvRecord Record => record;

    public IReadOnlySet<string> Ids => ids;

    public AdvisorySeverity? Severity => severity;

    public bool IsUndecided => isUndecided;

    /// <summary>For a person, in one line: <c>MAL-2026-2144: Malicious code in litellm (PyPI)</c>. Hostile text.</summary>
    public string Sentence { get; } =
        record.Id + (record.Summary.Length > 0 ? ": " + record.Summary : "") + (isUndecided ? " (its versions can't be put in order, so this one counts as affected)" : "");
}

/// <summary>The advisories that concern one version of a project.</summary>
/// <param name="malware">Those that call it malicious.</param>
/// <param name="vulnerabilities">All others, the gravest first, those without a severity last.</param>
public sealed class VersionAdvisories(IReadOnlyList<Advisory> malware, IReadOnlyList<Advisory> vulnerabilities)
{
    public static readonly VersionAdvisories None = new([], []);

    public IReadOnlyList<Advisory> Malware => malware;

    public IReadOnlyList<Advisory> Vulnerabilities => vulnerabilities;

    /// <summary>Ids named beside the first one; of more the number is told.</summary>
    private const int MaxNamed = 4;

    private string? _gravest;

    /// <summary>All vulnerabilities in one sentence that begins with one of them. Hostile text.</summary>
    public string Tell(Advisory first) => first == Vulnerabilities[0] ? _gravest ??= Compose(first) : Compose(first);

    private string Compose(Advisory first)
    {
        var severity = first.Severity is { } known ? known.ToString().ToLowerInvariant() : "no severity given";
        var sentence = $"{severity}: {first.Sentence}";
        if (Vulnerabilities.Count == 1) return sentence;
        var others = Vulnerabilities.Where(a => a != first).Take(MaxNamed).Select(a => a.Record.Id);
        var rest = Vulnerabilities.Count - 1 - MaxNamed;
        return $"{sentence}; also {string.Join(", ", others)}{(rest > 0 ? $" and {rest} more" : "")}";
    }
}
