using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Dashboard.Reports;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>Gathers what belongs to one event, from what is known here: looking asks no upstream.</summary>
internal sealed class EventStoryReader(IEventLog events, KnownProjects projects, TrustLedger ledger, FlagOperations flags, ReportReader reports, WaiverOperations waivers)
{
    private const int MostFiles = 20;
    private const int MostAlike = 10;
    private const int MostReports = 5;

    /// <summary>The story of an event; null where there is no such event any more.</summary>
    public async Task<EventStory?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (await events.FindAsync(id, cancellationToken) is not { } stored) return null;
        if (stored.Event.Project is not { } project) return new EventStory(stored, [], null, null, [], [], [], [], []);

        var filename = FileOf(stored.Event);
        var known = await projects.FindAsync(project, cancellationToken);
        var files = known is null ? [] : Asked(known, stored.Event.Version, filename);
        var decided = files.Select(f => WhyFile.Of(f.File, f.Decision)).ToArray();
        var record = filename is null ? null : files is [{ File.Record: { } held }] ? held : await RecordAsync(project, filename, cancellationToken);
        return new EventStory(
            stored,
            decided,
            known is null ? "Nothing of the project is known here now." : decided.Length == 0 && (filename ?? stored.Event.Version) is not null ? "The project's page has nothing like it any more." : null,
            record,
            known is null ? [] : WhyAdvisory.On(known.Facts, [.. files.Select(f => f.File)]),
            Waivable(stored.Event, decided),
            await ReportsAsync(stored.Event, project, cancellationToken),
            await waivers.ListAsync(project, cancellationToken),
            [.. (await events.QueryAsync(new EventQuery(Project: project.Value, Limit: MostAlike + 1), cancellationToken)).Events.Where(e => e.Id != stored.Id).Take(MostAlike)]);
    }

    private static (FileFacts File, FileDecision Decision)[] Asked(KnownProject known, string? version, string? filename)
    {
        var all = known.Facts.Files.Select((file, index) => (File: file, Decision: known.Decision.Files[index]));
        if (filename is not null) return [.. all.Where(f => f.File.File.Filename == filename).Take(1)];
        return version is not null && PackageVersion.TryParse(version, out var wanted) ? [.. all.Where(f => wanted.Equals(f.File.Name.Version)).Take(MostFiles)] : [];
    }

    private async Task<TrustRecord?> RecordAsync(ProjectName project, string filename, CancellationToken cancellationToken)
    {
        var key = FileKey.Of(project, filename);
        return (await ledger.GetProjectAsync(project, cancellationToken)).FirstOrDefault(r => r.Key == key);
    }

    private static string[] Waivable(Event happened, WhyFile[] files) =>
    [
        .. files.SelectMany(f => f.Findings).Where(f => f.CanBeWaived && !f.AuditOnly && f.Waiver is null && f.Verdict is "hold" or "block").Select(f => f.Rule)
            .Concat(happened.Rule is { } rule && EventKinds.IsRefusal(happened.Kind) ? [rule] : [])
            .Where(PolicySettings.Softenable.Contains).Distinct(),
    ];

    /// <summary>Those on the file, its release or the whole project.</summary>
    private async Task<IReadOnlyList<ReportRow>> ReportsAsync(Event happened, ProjectName project, CancellationToken cancellationToken)
    {
        var rows = new List<ReportRow>();
        var concerned = (await flags.ListAsync(null, project, cancellationToken)).Where(f =>
            (f.Target.Version is null || happened.Version is null || f.Target.Version == Canonical(happened.Version))
            && (f.Target.Filename is null || happened.Filename is null || f.Target.Filename == FileOf(happened)));
        foreach (var flag in concerned.Take(MostReports)) rows.Add(await reports.RowAsync(flag, cancellationToken));
        return rows;
    }

    private static string Canonical(string version) => PackageVersion.TryParse(version, out var read) ? read.Canonical : version;

    /// <summary>The file that an event is about; its core metadata is a part of it.</summary>
    private static string? FileOf(Event happened) =>
        happened.Filename is { } filename ? FileLookup.FileOf(filename, out _) : null;
}
