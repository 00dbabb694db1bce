using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>The advisories on a project's releases, each flaw once.</summary>
internal static class AdvisoryRows
{
    /// <summary>The most told of.</summary>
    private const int Max = 200;

    private const int MaxFixes = 6;

    /// <summary>Malware first, then the gravest, those on the newest release before others.</summary>
    public static IReadOnlyList<AdvisoryRow> Of(ProjectFacts facts, PackageVersion? newest)
    {
        var project = facts.Page.Project;
        var known = facts.Policy.Advisories.For(project);
        var found = new Dictionary<string, (Advisory Advisory, bool IsMalware, int Releases)>(StringComparer.Ordinal);
        foreach (var version in facts.Files.Select(f => f.Name.Version).Distinct())
        {
            var of = known.Of(version);
            foreach (var advisory in of.Malware) Count(advisory, isMalware: true);
            foreach (var advisory in of.Vulnerabilities) Count(advisory, isMalware: false);
        }
        var onNewest = newest is null ? [] : known.Of(newest).Malware.Concat(known.Of(newest).Vulnerabilities).Select(a => a.Record.Id).ToHashSet(StringComparer.Ordinal);
        return [.. found.Values.OrderByDescending(f => f.IsMalware).ThenByDescending(f => onNewest.Contains(f.Advisory.Record.Id)).ThenByDescending(f => f.Advisory.Severity).Take(Max)
            .Select(f => Row(f.Advisory, f.IsMalware, f.Releases, project, onNewest.Contains(f.Advisory.Record.Id)))];

        void Count(Advisory advisory, bool isMalware) =>
            found[advisory.Record.Id] = (advisory, isMalware, found.GetValueOrDefault(advisory.Record.Id).Releases + 1);
    }

    private static AdvisoryRow Row(Advisory advisory, bool isMalware, int releases, ProjectName project, bool onNewest) => new(
        WhyText.Shorten(advisory.Record.Id),
        advisory.Record.Url,
        isMalware ? "malware" : advisory.Severity?.ToString().ToLowerInvariant(),
        WhyText.Shorten(advisory.Record.Summary),
        [.. advisory.Record.Affected.Where(a => a.Project == project).SelectMany(a => a.Ranges).SelectMany(r => r.Events).Where(e => e.Kind == RangeEventKind.Fixed).Select(e => e.Version).Distinct().Take(MaxFixes)],
        releases,
        onNewest);
}
