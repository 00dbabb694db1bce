using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving.Replay;
using Hashgate.Core.Trust;

namespace Hashgate.Core.Serving;

/// <summary>A project as it is known here, and what policy says of it now.</summary>
public sealed record KnownProject(PageSnapshot Snapshot, ProjectFacts Facts, ProjectDecision Decision);

/// <summary>Projects for who only looks: no upstream is asked, nothing is recorded, no view comes into memory or leaves it.</summary>
public sealed class KnownProjects(ProjectPages pages, KnownFacts known, TrustLedger ledger, ViewBuilder views, PolicyEngine policy, PolicyState state, TimeProvider time)
{
    /// <summary>The project; null where nothing is known of it, or nothing is left of it.</summary>
    /// <exception cref="StoreUnavailableException">A store is away, and the project is not in memory.</exception>
    public async Task<KnownProject?> FindAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (pages.Peek(project) is { } view)
        {
            if (now >= view.Decision.NextChange || views.IsOutdated(view)) view = views.Redecide(view);
            return view.IsMissing ? null : new KnownProject(view.Snapshot, await WithRecordsAsync(view.Facts, cancellationToken), view.Decision);
        }
        if (await known.FindAsync(project, state.Current, now, cancellationToken) is not var (snapshot, facts)) return null;
        return snapshot.GoneSince is not null && facts.Files.All(f => f.Record is null) ? null : new KnownProject(snapshot, facts, policy.Decide(facts));
    }

    /// <summary>A view keeps the records of its last refresh: what was proven since is told as well, where the store is there to ask.</summary>
    private async Task<ProjectFacts> WithRecordsAsync(ProjectFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            var records = (await ledger.GetProjectAsync(facts.Page.Project, cancellationToken)).ToDictionary(r => r.Key);
            return facts with { Files = [.. facts.Files.Select(f => f.Record is { } known && records.GetValueOrDefault(f.Name.Key) is { } now && now.Sha256 == known.Sha256 ? f with { Pin = f.Pin.GetValueOrDefault() with { Record = now } } : f)] };
        }
        catch (StoreUnavailableException)
        {
            return facts;
        }
    }
}
