using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.Reports;

/// <summary>Gathers the reports, and what became of what they are about.</summary>
internal sealed class ReportReader(FlagOperations flags, KnownProjects projects, DownloadOperations downloads)
{
    /// <summary>Each costs a look at its project and at the download record.</summary>
    public const int RowsOnPage = 20;

    private const int MaxFindings = 5;

    /// <exception cref="Core.Trust.StoreUnavailableException">A store is away.</exception>
    public async Task<ReportList> ReadAsync(FlagStatus? status, ProjectName? project, int page, CancellationToken cancellationToken)
    {
        var all = await flags.ListAsync(null, null, cancellationToken);
        var asked = all.Where(f => (status is null || f.Status == status) && (project is null || f.Target.Project == project)).ToArray();
        var pages = Math.Max(1, (asked.Length + RowsOnPage - 1) / RowsOnPage);
        page = Math.Clamp(page, 1, pages);
        var rows = new List<ReportRow>();
        // Those that wait stand before those that are decided.
        foreach (var flag in asked.OrderByDescending(f => f.Status == FlagStatus.Open).Skip((page - 1) * RowsOnPage).Take(RowsOnPage)) rows.Add(await RowAsync(flag, cancellationToken));
        return new ReportList(status, project?.Value, rows, asked.Length, all.Count(f => f.Status == FlagStatus.Open), page, pages);
    }

    /// <summary>One flag, and how its target stands.</summary>
    public async Task<ReportRow> RowAsync(Flag flag, CancellationToken cancellationToken)
    {
        var target = flag.Target;
        var reach = await downloads.SumAsync(downloads.OfProject(target.Project, target.Filename is null ? target.Version : null, target.Filename), cancellationToken);
        var known = await projects.FindAsync(target.Project, cancellationToken);
        var decisions = known is null ? [] : Decisions(known, target).ToArray();
        return new ReportRow(
            flag,
            known?.Facts.Files.FirstOrDefault(f => target.Version is not null && f.Name.Version?.Canonical == target.Version)?.Name.Version?.ToString() ?? target.Version,
            decisions.Length == 0 ? null : decisions.Max(d => d.Verdict),
            [.. decisions.OrderByDescending(d => d.Verdict).SelectMany(d => d.Findings).Select(WhyFinding.Of).DistinctBy(f => (f.Rule, f.Reason)).Take(MaxFindings)],
            reach.Downloads,
            reach.Clients);
    }

    private static IEnumerable<FileDecision> Decisions(KnownProject known, FlagTarget target)
    {
        if (known.Decision.Stub is { } stub && target is { Version: null, Filename: null }) return [stub];
        return known.Facts.Files.Select((file, index) => (file, decision: known.Decision.Files[index]))
            .Where(f => target.Filename is not null ? f.file.File.Filename == target.Filename : target.Version is null || f.file.Name.Version?.Canonical == target.Version)
            .Select(f => f.decision);
    }
}
