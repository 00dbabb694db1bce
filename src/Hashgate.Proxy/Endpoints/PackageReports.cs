using System.Globalization;
using System.Text.Json;
using System.Threading.RateLimiting;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Takes the reports that anybody may send: limited in number, held against what there is, merged by target, each on record as an event first.</summary>
internal sealed class PackageReports(
    IPolicyStore store, PolicyWatch watch, ProjectPages pages, RoleGate gate, ReportLimits limits, Acts acts, TimeProvider time, ILogger<PackageReports> logger)
{
    /// <summary>The most targets that flags are kept of.</summary>
    public const int MaxFlags = 10_000;

    /// <summary>Puts a report on record. Whoever isn't signed in is known by address alone.</summary>
    public async Task<ReportAnswer> TakeAsync(HttpContext context, ReportRequest request)
    {
        if (request.Problem is { } problem) return new ReportAnswer(StatusCodes.Status400BadRequest, problem);
        var caller = await gate.EnterByNameAsync(context);
        using var place = limits.Enter(caller, context.Connection.RemoteIpAddress);
        if (!place.IsAcquired)
        {
            if (place.TryGetMetadata(MetadataName.RetryAfter, out var wait)) context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return new ReportAnswer(StatusCodes.Status429TooManyRequests, "More reports came than are taken in an hour: send it again later, or ask an operator.");
        }
        var (target, missing) = await FindAsync(ProjectName.Parse(request.Project!), request, context.RequestAborted);
        if (target is null) return missing!;
        var report = new FlagReport(caller.IsSignedIn ? caller.Name : null, RequestInfo.Client(context), request.Reason!.Trim(), time.GetUtcNow());
        if (!await HasPlaceAsync(target, context.RequestAborted))
            return new ReportAnswer(StatusCodes.Status429TooManyRequests, "More flags are open than are kept: ask an operator to decide on some.");
        var reported = new Event
        {
            Kind = EventKinds.Flagged,
            When = report.When,
            Project = target.Project,
            Version = target.Version,
            Filename = target.Filename,
            Rule = RuleNames.Flagged,
            Reason = report.Reason,
            Actor = report.Name,
            Client = report.Client,
            UserAgent = RequestInfo.UserAgent(context),
            RequestId = RequestInfo.Id(context),
        };
        // Thanked for only once it is in both stores: whoever is told to try again knows that nobody will look at it yet.
        return await acts.DoAsync(reported, async () =>
        {
            await AddAsync(target, report, context.RequestAborted);
            await watch.RefreshAsync(context.RequestAborted);
            return new ReportAnswer(StatusCodes.Status201Created, "Thank you: the report is on record, and an operator will look at it.") { Id = target.Id };
        });
    }

    /// <summary>Reports are about what there is: nobody fills the store with names that they made up.</summary>
    private async Task<(FlagTarget? Target, ReportAnswer? Missing)> FindAsync(ProjectName project, ReportRequest request, CancellationToken cancellationToken)
    {
        switch (await pages.GetAsync(project, cancellationToken))
        {
            case PageLookup.Found { View.Facts.Files: var files }:
                if (!string.IsNullOrEmpty(request.Filename))
                    return files.FirstOrDefault(f => f.File.Filename == request.Filename) is { } file ? (new FlagTarget(project, file.Name.Version?.Canonical, file.File.Filename), null) : Missing($"{project} has no such file.");
                if (string.IsNullOrEmpty(request.Version)) return (new FlagTarget(project, null, null), null);
                return PackageVersion.TryParse(request.Version, out var version) && files.Any(f => version.Equals(f.Name.Version))
                    ? (new FlagTarget(project, version.Canonical, null), null)
                    : Missing($"{project} has no such release.");
            case PageLookup.Unavailable:
                return (null, new ReportAnswer(StatusCodes.Status504GatewayTimeout, $"The index can't be asked about {project} now: try again later."));
            default:
                return Missing($"There is no project {project}.");
        }

        static (FlagTarget?, ReportAnswer?) Missing(string why) => (null, new ReportAnswer(StatusCodes.Status404NotFound, why));
    }

    private async Task<bool> HasPlaceAsync(FlagTarget target, CancellationToken cancellationToken) =>
        await store.GetAsync(PolicyDocumentKinds.Flag, target.Id, cancellationToken) is not null
        || (await store.ListAsync(PolicyDocumentKinds.Flag, cancellationToken)).Count < MaxFlags;

    private async Task AddAsync(FlagTarget target, FlagReport report, CancellationToken cancellationToken)
    {
        while (true)
        {
            var document = await store.GetAsync(PolicyDocumentKinds.Flag, target.Id, cancellationToken) ?? new PolicyDocument(PolicyDocumentKinds.Flag, target.Id, "");
            // What another version wrote and this one can't read is begun anew rather than lost to all reports.
            var known = document.Revision == 0 ? [] : PolicyDocuments.Read([document], static () => PolicyJson.Default.Flag, logger);
            var flag = known is [var there] ? there.With(report) : Flag.Of(target, report);
            if (await store.PutAsync(document with { Json = JsonSerializer.Serialize(flag, PolicyJson.Default.Flag) }, cancellationToken)) return;
        }
    }
}

/// <summary>What somebody reports.</summary>
/// <param name="Version">One release; none: the whole project, or the file's.</param>
/// <param name="Filename">One file; goes before <paramref name="Version"/>.</param>
/// <param name="Reason">What is wrong with it, up to 1,000 characters.</param>
public sealed record ReportRequest(string? Project, string? Version, string? Filename, string? Reason)
{
    internal string? Problem =>
        !ProjectName.TryParse(Project, out _) ? "project is missing or no valid project name."
        : string.IsNullOrWhiteSpace(Reason) ? "reason is missing: say what is wrong with the package."
        : Reason.Length > FlagOperations.MaxReason ? $"reason is longer than {FlagOperations.MaxReason} characters."
        : null;
}

/// <summary>What came of a report.</summary>
/// <param name="Text">For the person who sent it; nothing of what they sent.</param>
internal sealed record ReportAnswer(int Status, string Text)
{
    public string? Id { get; init; }

    public bool IsTaken => Status == StatusCodes.Status201Created;
}
