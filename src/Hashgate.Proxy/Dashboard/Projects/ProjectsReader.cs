using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>Lists the projects that are in memory; asks nobody, and keeps nothing there for longer.</summary>
internal sealed class ProjectsReader(ProjectPages pages)
{
    /// <summary>The most that are told of; any other is found by its name.</summary>
    private const int Max = 200;

    public Task<ProjectsInUse> ReadAsync(string? asked, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var views = pages.Loaded.Where(v => !v.IsMissing).ToArray();
        // Those with refusals first: they are what one comes for.
        var rows = views.Select(Row).OrderByDescending(r => r.Refused > 0).ThenBy(r => r.Project, StringComparer.Ordinal).Take(Max);
        return Task.FromResult(new ProjectsInUse(string.IsNullOrWhiteSpace(asked) ? null : asked, [.. rows], views.Length));
    }

    private static ProjectInUse Row(ProjectView view)
    {
        var refused = view.Decision.Files.Where(d => d.IsRefused).ToArray();
        var worst = view.Decision.Stub ?? (refused.Length > 0 ? refused.MaxBy(d => d.Verdict) : null);
        return new ProjectInUse(view.Project.Value, view.Upstream.Name, view.Facts.Files.Count, refused.Length, worst?.Worst?.Rule, view.Snapshot.FetchedAt);
    }
}
