using System.Collections.Concurrent;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>
/// Finds the one page entry that a path speaks of. Upstream, path and filename must all match an entry of the owning project's
/// page; nothing a client says is used to build an upstream's URL.
/// </summary>
public sealed class FileLocator(UpstreamMap upstreams, ProjectPages pages, PublisherLearning publishers, TimeProvider time)
{
    /// <summary>How long after a fruitless look at a project's page an unknown path of it is not looked for upstream again.</summary>
    private static readonly TimeSpan NegativeFor = TimeSpan.FromSeconds(60);

    private const int MaxNegatives = 100_000;

    private readonly ConcurrentDictionary<ProjectName, DateTimeOffset> _lookedAt = new();

    /// <summary>What <see cref="FindAsync"/> finds where nothing is to be asked, read or waited for; else null.</summary>
    public FileLookup? Fresh(string upstream, string localPath) =>
        FreshWheel(upstream, FileLookup.FileOf(localPath, out var isMetadata)) is var (view, index) && !IsToBeLearned(view, index) ? Answer(view, index, isMetadata) : null;

    /// <param name="upstream">The upstream's name that the route carries.</param>
    /// <param name="localPath">The path without leading slash, unescaped.</param>
    public ValueTask<FileLookup> FindAsync(string upstream, string localPath, CancellationToken cancellationToken) =>
        FindFileAsync(upstream, FileLookup.FileOf(localPath, out var isMetadata), isMetadata, cancellationToken);

    /// <summary>
    /// A wheel whose project's page is fresh in memory, as nearly all that is asked for: its filename, which names its one project at the beginning, need not
    /// be read once more when that project's page has it as a wheel of its own.
    /// </summary>
    private (ProjectView View, int Index)? FreshWheel(string upstream, string localPath)
    {
        var filename = localPath.AsSpan(localPath.LastIndexOf('/') + 1);
        var end = filename.IndexOf('-');
        return end > 0
            && ProjectName.TryParse(filename[..end].ToString(), out var project)
            && upstreams.OwnerOf(project)?.Name == upstream
            && pages.Fresh(project) is { View: var view }
            && view.Find(localPath) is >= 0 and var index
            && view.Facts.Files[index].Name is { Kind: DistributionKind.Wheel, IsForeign: false }
                ? (view, index)
                : null;
    }

    private async ValueTask<FileLookup> FindFileAsync(string upstream, string localPath, bool isMetadata, CancellationToken cancellationToken)
    {
        var filename = localPath[(localPath.LastIndexOf('/') + 1)..];
        if (!FilePaths.IsServable(filename)) return new FileLookup.Missing();
        var candidates = DistributionFilename.CandidateProjects(filename);
        if (upstream == ProjectStub.UpstreamName) return await FindStubAsync(localPath, candidates, cancellationToken);

        FileLookup result = new FileLookup.Missing();
        var asked = time.GetUtcNow();
        var older = new List<ProjectName>();
        foreach (var project in candidates)
        {
            if (upstreams.OwnerOf(project)?.Name != upstream) continue;
            switch (await pages.GetAsync(project, cancellationToken))
            {
                case PageLookup.Found { View: var view } when view.Find(localPath) is >= 0 and var index:
                    return await AnswerAsync(view, index, isMetadata, cancellationToken);
                case PageLookup.Found { View.Snapshot.FetchedAt: var fetched } when fetched < asked:
                    older.Add(project);
                    break;
                case PageLookup.Unavailable unavailable:
                    result = new FileLookup.Unavailable(unavailable.Upstream, unavailable.Error);
                    break;
            }
        }
        // A page that was read for this very request, and a project that is remembered as unknown, have said what there is to say.
        foreach (var project in older.Where(MayLook))
        {
            if (await pages.RefreshAsync(project, cancellationToken) is PageLookup.Found { View: var view } && view.Find(localPath) is >= 0 and var index)
                return await AnswerAsync(view, index, isMetadata, cancellationToken);
        }
        return result is FileLookup.Missing && Foreign(upstream, candidates, filename) is { } refused ? refused : result;
    }

    /// <summary>The page's word on a file, once its publishers are known.</summary>
    private async ValueTask<FileLookup> AnswerAsync(ProjectView view, int index, bool isMetadata, CancellationToken cancellationToken)
    {
        if (!IsToBeLearned(view, index)) return Answer(view, index, isMetadata);
        var (file, decision) = (view.Facts.Files[index], view.Decision.Files[index]);
        if (await publishers.LearnAsync(view, file, cancellationToken) is { } error)
        {
            return !decision.IsRefused && publishers.IsDemanded(view, file)
                ? new FileLookup.Unavailable(view.Upstream, error with { Detail = $"who published this file can't be learned now: {error.Detail}" })
                : Answer(view, index, isMetadata);
        }
        // What was learned is on the page by now; so is whatever else changed meanwhile.
        return await pages.GetAsync(view.Project, cancellationToken) is PageLookup.Found { View: var learned } && learned.Find(file.Path) is >= 0 and var now
            ? Answer(learned, now, isMetadata)
            : new FileLookup.Missing();
    }

    /// <summary>What is refused for another reason needs no look; what is refused for its provenance may have some by now.</summary>
    private bool IsToBeLearned(ProjectView view, int index) =>
        view.Decision.Files[index] is not { IsRefused: true, Worst.Rule: not RuleNames.Provenance } && publishers.IsNeeded(view, view.Facts.Files[index]);

    private static FileLookup Answer(ProjectView view, int index, bool isMetadata)
    {
        var (file, decision) = (view.Facts.Files[index], view.Decision.Files[index]);
        if (decision.IsRefused) return new FileLookup.Refused(view.Project, file.Name.Version?.ToString(), file.File.Filename, decision.Worst!);
        return new FileLookup.Found(view, file, decision, isMetadata);
    }

    private async ValueTask<FileLookup> FindStubAsync(string localPath, IReadOnlyList<ProjectName> candidates, CancellationToken cancellationToken)
    {
        foreach (var project in candidates.Where(p => ProjectStub.LocalPath(p) == localPath))
        {
            if (await pages.GetAsync(project, cancellationToken) is PageLookup.Found { View.Decision.Stub.Worst: { } finding })
                return new FileLookup.Refused(project, null, ProjectStub.Filename(project), finding);
        }
        return new FileLookup.Missing();
    }

    /// <summary>A path that names a project of another upstream is refused, not merely unknown: somebody mixes indexes up.</summary>
    private FileLookup.Refused? Foreign(string upstream, IReadOnlyList<ProjectName> candidates, string filename)
    {
        if (candidates.Count == 0 || !upstreams.TryGet(upstream, out _) || upstreams.OwnerOf(candidates[0]) is not { } owner || owner.Name == upstream) return null;
        var finding = new Finding(RuleNames.ReservedName, Verdict.Block, FindingScope.Project, $"{candidates[0]} is served from the upstream {owner.Name} only");
        return new FileLookup.Refused(candidates[0], null, filename, finding);
    }

    private bool MayLook(ProjectName project)
    {
        var now = time.GetUtcNow();
        if (_lookedAt.TryGetValue(project, out var last) && now - last < NegativeFor) return false;
        if (_lookedAt.Count >= MaxNegatives) _lookedAt.Clear();
        _lookedAt[project] = now;
        return true;
    }
}
