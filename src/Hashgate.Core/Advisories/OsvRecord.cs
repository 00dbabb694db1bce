using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>One advisory (OSV schema 1.7), as far as deciding about a file needs it.</summary>
public sealed record OsvRecord
{
    /// <summary><c>id</c>. Some sources use slashes in it: never a file's name.</summary>
    public required string Id { get; init; }

    /// <summary>The beginning of the ids of malicious packages (ossf/malicious-packages).</summary>
    public const string MalwarePrefix = "MAL-";

    /// <summary>The longest <see cref="Summary"/>, in characters; a longer one is cut.</summary>
    public const int MaxSummaryLength = 300;

    /// <summary><c>modified</c>: when the record last changed; null where it doesn't say.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary><c>withdrawn</c>: since when the advisory no longer stands.</summary>
    public DateTimeOffset? Withdrawn { get; init; }

    /// <summary><c>aliases</c>: other ids of the same flaw.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary><c>summary</c>: one line of hostile text, escaped wherever it is shown; empty where there is none.</summary>
    public string Summary { get; init; } = "";

    /// <summary>How grave it is: the highest of its vectors' base scores, else what the database calls it; null where neither says.</summary>
    public AdvisorySeverity? Severity { get; init; }

    /// <summary><c>affected</c>, only what concerns PyPI; a project may come more than once.</summary>
    public IReadOnlyList<AffectedProject> Affected { get; init; } = [];

    public bool IsWithdrawn => Withdrawn is not null;

    /// <summary>Whether an id is one of a malicious package.</summary>
    internal static bool IsMalwareId(string id) => id.StartsWith(MalwarePrefix, StringComparison.Ordinal);

    /// <summary>Where people read about it.</summary>
    public string Url => "https://osv.dev/vulnerability/" + string.Join('/', Id.Split('/').Select(Uri.EscapeDataString));

    /// <summary>What the record says of one version of a project, withdrawn or not: all its entries for that project together.</summary>
    /// <param name="project">The project.</param>
    /// <param name="version">The version as written.</param>
    public AffectedMatch Match(ProjectName project, string version)
    {
        var parsed = PackageVersion.TryParse(version, out var read) ? read : null;
        var match = default(AffectedMatch);
        foreach (var affected in Affected)
        {
            if (affected.Project == project) match = match.Or(affected.Match(version, parsed));
        }
        return match;
    }

    /// <summary>Whether the record, if it stands, says that the version is affected.</summary>
    public bool Affects(ProjectName project, string version) => !IsWithdrawn && Match(project, version).IsAffected;
}

/// <summary>How a version stands to an advisory.</summary>
/// <param name="InVersionsExact">It is listed in <c>versions</c>, letter by letter.</param>
/// <param name="InVersionsPep440">It is a version, and PEP 440 calls it equal to one listed in <c>versions</c>.</param>
/// <param name="InRanges">It lies within an ECOSYSTEM range; null where there is none, or one that can't be ordered.</param>
/// <param name="HasUnreadableRange">There is an ECOSYSTEM range that can't be ordered, or can't place this version.</param>
public readonly record struct AffectedMatch(bool InVersionsExact, bool InVersionsPep440, bool? InRanges, bool HasUnreadableRange)
{
    /// <summary>Listed or within a range: either is enough (OSV schema, "evaluation").</summary>
    public bool IsAffected => InVersionsExact || InVersionsPep440 || InRanges == true;

    /// <summary>
    /// Not known to be affected, but not known not to be: real records end ranges at "2.9.0-NA" or "2019-09-12". Whoever
    /// decides must not read this as a no.
    /// </summary>
    public bool IsUndecided => !IsAffected && HasUnreadableRange;

    internal AffectedMatch Or(AffectedMatch other) =>
        new(InVersionsExact || other.InVersionsExact, InVersionsPep440 || other.InVersionsPep440, EitherOf(InRanges, other.InRanges), HasUnreadableRange || other.HasUnreadableRange);

    private static bool? EitherOf(bool? a, bool? b) => a == true || b == true ? true : a ?? b;
}
