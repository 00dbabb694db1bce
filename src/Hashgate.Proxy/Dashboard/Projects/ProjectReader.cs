using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>Gathers a project's page from what is known here.</summary>
internal sealed class ProjectReader(KnownProjects projects, DownloadOperations downloads, ClaimsReader claims, TimeProvider time)
{
    /// <summary>The page; null where nothing is known of the project.</summary>
    /// <exception cref="Core.Trust.StoreUnavailableException">A store is away.</exception>
    public async Task<ProjectDetails?> ReadAsync(ProjectName name, ProjectQuestion question, CancellationToken cancellationToken)
    {
        if (await projects.FindAsync(name, cancellationToken) is not { } project) return null;
        var reach = await downloads.SumAsync(downloads.OfProject(name), cancellationToken);
        var (facts, signals) = (project.Facts, TrustSignals.Of(project, time.GetUtcNow()));
        var said = await claims.ReadAsync(facts.Files.Where(f => !f.Name.IsForeign), cancellationToken);
        return new ProjectDetails(name.Value, facts.Upstream.Name, project.Snapshot.FetchedAt, question)
        {
            DisplayName = facts.Page.DisplayName,
            GoneSince = project.Snapshot.GoneSince,
            RollbackSince = project.Snapshot.RollbackSince,
            Signals = signals.All(),
            Advisories = AdvisoryRows.Of(facts, signals.NewestVersion),
            Stub = project.Decision.Stub is { } stub ? WhyFile.Of(ProjectStub.Facts(name), stub) : null,
            Files = facts.Files.Count,
            Refused = project.Decision.Files.Count(d => d.IsRefused),
            Releases = ReleaseRows.Of(project, question, ByFile(reach)),
            Reach = reach,
            Publishers = Publishers(facts),
            Claims = said?.Claims,
            ClaimsOf = said?.Of,
            Dropped = [.. facts.Page.Dropped.Select(d => (d.Filename, d.Reason))],
        };
    }

    private static Dictionary<string, FileReach> ByFile(BlastRadius reach) => reach.Holders.GroupBy(h => h.Filename, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => new FileReach(g.Sum(h => h.Downloads), g.Select(h => h.Client).Distinct().Count()), StringComparer.Ordinal);

    private static IReadOnlyList<PublisherRow> Publishers(ProjectFacts facts) =>
    [
        .. facts.Publishers.Trusted.OrderBy(t => t.Since).Select(t => new PublisherRow(t.Publisher.ToString(), t.Since, null, null)),
        .. facts.Policy.AcceptedPublishers.For(facts.Page.Project).Select(a => new PublisherRow(a.Publisher.ToString(), a.When, a.Actor, a.Reason)),
    ];
}
