using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.Projects;

/// <summary>Gathers who has a file: also one that the index, or this Hashgate, knows no more.</summary>
internal sealed class FileReader(KnownProjects projects, DownloadOperations downloads)
{
    /// <summary>The page; null, and why, where it can't be asked like that.</summary>
    /// <exception cref="StoreUnavailableException">A store is away.</exception>
    public async Task<(FileDetails? Details, string? Why)> ReadAsync(ProjectName project, string filename, FileScope scope, string? since, int page, CancellationToken cancellationToken)
    {
        var version = DistributionFilename.Read(project, filename).Version?.ToString();
        var filter = new DownloadFilter(project.Value, filename, null, null, since);
        if (scope == FileScope.Release && version is not null) filter = filter with { Filename = null, Version = version };
        if (!downloads.TryRead(filter, out var asked, out var why)) return (null, why);

        var known = await projects.FindAsync(project, cancellationToken);
        var reach = await downloads.SumAsync(asked, cancellationToken);
        var row = Find(known, filename, reach);
        var sha256 = row?.File.Sha256 ?? reach.Holders.FirstOrDefault(h => h.Filename == filename)?.Sha256?.ToString();
        var others = sha256 is null || !downloads.TryRead(new DownloadFilter(null, null, null, sha256, since), out var same, out _)
            ? []
            : Others(await downloads.SumAsync(same, cancellationToken), project, filename);
        var details = new FileDetails(project.Value, filename, version, sha256, row, version is null ? FileScope.File : scope, since ?? DownloadOperations.StandardSince, reach, others, 1);
        return (details with { Page = Math.Clamp(page, 1, details.Pages) }, null);
    }

    private static FileRow? Find(KnownProject? known, string filename, BlastRadius reach)
    {
        for (var i = 0; i < (known?.Facts.Files.Count ?? 0); i++)
        {
            if (known!.Facts.Files[i].File.Filename == filename)
                return ReleaseRows.Row(known.Facts.Files[i], known.Decision.Files[i], new Dictionary<string, FileReach> { [filename] = new(reach.Downloads, reach.Clients) });
        }
        return null;
    }

    private static IReadOnlyList<OtherName> Others(BlastRadius same, ProjectName project, string filename) =>
    [
        .. same.Holders.Where(h => h.Project != project || h.Filename != filename).GroupBy(h => (h.Project, h.Filename))
            .Select(g => new OtherName(g.Key.Project.Value, g.Key.Filename, g.Sum(h => h.Downloads), g.Select(h => h.Client).Distinct().Count())).OrderByDescending(o => o.Downloads),
    ];
}
