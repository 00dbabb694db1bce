using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>A project's files by release, newest first, in pages: the largest projects have thousands.</summary>
internal static class ReleaseRows
{
    /// <summary>A page ends with the release that brings it to so many files.</summary>
    public const int FilesOnPage = 60;

    public static ReleaseList Of(KnownProject project, ProjectQuestion question, IReadOnlyDictionary<string, FileReach> reach)
    {
        var wanted = PackageVersion.TryParse(question.Version, out var parsed) ? parsed : null;
        var releases = project.Facts.Files.Select((file, index) => (File: file, Decision: project.Decision.Files[index]))
            .Where(f => question.Version is null || (wanted is not null && wanted.Equals(f.File.Name.Version)))
            .Where(f => !question.RefusedOnly || f.Decision.IsRefused)
            .GroupBy(f => f.File.Name.Version).OrderByDescending(g => g.Key).ToArray();
        var pages = Pages(releases.Select(r => r.Count()));
        var page = Math.Clamp(question.Page, 1, pages.Count);
        var (first, count) = pages[page - 1];
        var advisories = project.Facts.Policy.Advisories.For(project.Facts.Page.Project);
        return new ReleaseList([.. releases.Skip(first).Take(count).Select(r => Release(r.Key, [.. r]))], releases.Length, page, pages.Count);

        ReleaseRow Release(PackageVersion? version, (FileFacts File, FileDecision Decision)[] files)
        {
            var of = advisories.Of(version);
            return new ReleaseRow(
                version?.ToString(),
                version is { IsPrerelease: true },
                files.Min(f => f.File.Start),
                files.All(f => f.File.File.Yanked.IsYanked),
                [.. of.Malware.Concat(of.Vulnerabilities).Select(a => a.Record.Id)],
                [.. files.OrderBy(f => f.File.Name.Kind).ThenBy(f => f.File.File.Filename, StringComparer.Ordinal).Select(f => Row(f.File, f.Decision, reach))]);
        }
    }

    /// <summary>Where each page begins among the releases, and how many it has; always at least one page.</summary>
    private static List<(int First, int Count)> Pages(IEnumerable<int> sizes)
    {
        var pages = new List<(int First, int Count)> { (0, 0) };
        var files = 0;
        foreach (var size in sizes)
        {
            if (files >= FilesOnPage)
            {
                pages.Add((pages[^1].First + pages[^1].Count, 0));
                files = 0;
            }
            pages[^1] = (pages[^1].First, pages[^1].Count + 1);
            files += size;
        }
        return pages;
    }

    internal static FileRow Row(FileFacts file, FileDecision decision, IReadOnlyDictionary<string, FileReach> reach) => new(
        WhyFile.Of(file, decision),
        file.Name.Kind.ToString().ToLowerInvariant(),
        file.Record?.Size ?? file.File.Size,
        file.File.RequiresPython,
        file.RemovedSince,
        file.Pin is { Outcome: PinOutcome.Changed } ? file.File.Sha256?.ToString() : null,
        Note(file),
        reach.GetValueOrDefault(file.File.Filename));

    private static ProvenanceNote Note(FileFacts file) => file.Provenance switch
    {
        { Level: ProvenanceLevel.Consistent } learned => new ProvenanceNote("consistent", string.Join(", ", learned.Publishers)),
        { Level: ProvenanceLevel.Inconsistent } learned => new ProvenanceNote("contradicts the file", learned.Problem),
        { Level: ProvenanceLevel.None } => new ProvenanceNote("tells no publisher", null),
        _ => new ProvenanceNote(file.IsAttested ? "offered, not read yet" : "none", null),
    };
}
