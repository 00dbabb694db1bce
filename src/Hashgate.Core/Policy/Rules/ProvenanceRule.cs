using Hashgate.Core.Packaging;
using Hashgate.Core.Provenance;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Policy.Rules;

/// <summary>What the rule <c>provenance</c> looks at.</summary>
public sealed record ProvenanceOptions
{
    /// <summary>Files that were uploaded longer ago aren't judged. Default 90 days, 1 day to 100 years.</summary>
    public TimeSpan IgnoreAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Globs of normalized names of projects that aren't judged.</summary>
    public IReadOnlyList<NameGlob> Exempt { get; init; } = [];

    /// <summary>Whether the rule judges a file at this moment.</summary>
    public bool Judges(ProjectName project, FileFacts file, DateTimeOffset now) =>
        !(now - file.Start >= IgnoreAfter) && !file.Name.IsForeign && !Exempt.Matches(project);
}

/// <summary>
/// Trust on first use for publishers (PEP 740): a release that has less provenance than an earlier one, or comes from another publisher, is
/// held. A file whose publishers weren't learned yet is let by: they are learned before it is served.
/// </summary>
public sealed class ProvenanceRule(ProvenanceOptions options) : IPolicyRule
{
    public string Name => RuleNames.Provenance;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        // Not learned yet.
        if (file.Provenance is null && file.IsAttested) return null;
        if (file.Provenance is { Level: ProvenanceLevel.Inconsistent } wrong) return Find(Verdict.Block, project, file, wrong.Problem ?? "its provenance speaks of something else", null);
        if (!options.Judges(project.Page.Project, file, project.Now)) return null;
        if (project.Releases.HasLost(file)) return Find(Verdict.Hold, project, file, "earlier releases tell who published them, and this one doesn't", End(file));
        return file.Provenance is { Level: ProvenanceLevel.Consistent } learned && IsStranger(project, file, learned)
            ? Find(Verdict.Hold, project, file, $"published by {List(learned.Publishers)}, earlier releases by {List(Earlier(project, file))}", End(file))
            : null;
    }

    private static bool IsStranger(ProjectFacts project, FileFacts file, LearnedProvenance learned) =>
        !project.Publishers.Trusts(learned.Publishers, IsPrerelease(file))
        && !project.Policy.AcceptedPublishers.Has(project.Page.Project, learned.Publishers);

    private static IReadOnlyList<Publisher> Earlier(ProjectFacts project, FileFacts file) =>
        [.. project.Publishers.Trusted.Where(t => t.SinceFor(IsPrerelease(file)) is not null).OrderByDescending(t => t.Since).Select(t => t.Publisher)];

    private static string List(IReadOnlyList<Publisher> publishers) => publishers.Count > 2
        ? $"{publishers[0]} and {publishers.Count - 1} others"
        : string.Join(" and ", publishers);

    private static bool IsPrerelease(FileFacts file) => file.Name.Version is { IsPrerelease: true };

    /// <summary>A file that was added later must not take a release with it that people have pinned.</summary>
    private Finding Find(Verdict verdict, ProjectFacts project, FileFacts file, string reason, DateTimeOffset? until) =>
        new(Name, verdict, project.Releases.IsAdded(file) ? FindingScope.File : FindingScope.Release, reason, until);

    private DateTimeOffset? End(FileFacts file) =>
        file.Start is { } start && DateTimeOffset.MaxValue - start > options.IgnoreAfter ? start + options.IgnoreAfter : null;
}
