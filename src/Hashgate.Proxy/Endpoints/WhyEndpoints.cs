using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/why/&lt;project&gt;[/&lt;version&gt;]</c>: the verdict in words, for the person whose install was refused.</summary>
internal static class WhyEndpoints
{
    public static void MapWhy(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/why/{project}", static (HttpContext context, string project, ProjectFinder projects, HashgateSettings settings) =>
            GetAsync(context, project, null, projects, settings));
        routes.MapGet("/why/{project}/{version}", GetAsync);
    }

    private static async Task GetAsync(HttpContext context, string project, string? version, ProjectFinder projects, HashgateSettings settings)
    {
        if (await projects.FindAsync(context, project) is { View: var view }) await WriteAsync(context, WhyReport.Of(view, version), settings.Policy.Contact);
    }

    private static Task WriteAsync(HttpContext context, WhyReport report, string? contact) =>
        context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)
            ? Results.Json(report).ExecuteAsync(context)
            : Html.WriteAsync(context, StatusCodes.Status200OK, $"Why {report.Project}", WhyPage.Body(report, contact));
}

/// <summary>What is known of a project's, or a release's, files and why they are served or not.</summary>
public sealed record WhyReport(string Project, string? Version, string Upstream, DateTimeOffset PageOf, string? NewestAllowed, IReadOnlyList<WhyFile> Files)
{
    /// <summary>The most files told of; a page of thousands helps nobody.</summary>
    private const int MaxFiles = 500;

    public static WhyReport Of(ProjectView view, string? version)
    {
        var wanted = version is not null && PackageVersion.TryParse(version, out var parsed) ? parsed : null;
        var files = view.Facts.Files.Select((file, index) => (file, decision: view.Decision.Files[index])).ToArray();
        var newest = files.Where(f => !f.decision.IsRefused && !f.file.File.Yanked.IsYanked && f.file.Name.Version is { IsPrerelease: false })
            .Select(f => f.file.Name.Version!).DefaultIfEmpty().Max();
        var shown = files.Where(f => version is null ? f.decision.Findings.Count > 0 : wanted is not null && wanted.Equals(f.file.Name.Version));
        return new WhyReport(view.Project.Value, version, view.Upstream.Name, view.Snapshot.FetchedAt, newest?.ToString(),
            [.. Stub(view), .. shown.Take(MaxFiles).Select(f => WhyFile.Of(f.file, f.decision))]);
    }

    private static IEnumerable<WhyFile> Stub(ProjectView view) =>
        view.Decision.Stub is { } stub ? [WhyFile.Of(ProjectStub.Facts(view.Project), stub)] : [];
}

/// <summary>One file's verdict.</summary>
public sealed record WhyFile(string Filename, string Verdict, IReadOnlyList<WhyFinding> Findings, string? Sha256, string? State, DateTimeOffset? FirstSeen, string? FirstSeenAt)
{
    internal static WhyFile Of(FileFacts file, FileDecision decision) => new(
        file.File.Filename,
        decision.Verdict.ToString().ToLowerInvariant(),
        [.. decision.Findings.Select(f => new WhyFinding(f.Rule, f.Verdict.ToString().ToLowerInvariant(), f.Reason, f.Until, f.AuditOnly))],
        file.Record?.Sha256.ToString(),
        file.Record is null ? null : file.Record.Conflict ? "conflict" : file.Record.ProvenAt is null ? "claimed" : "proven",
        file.Record?.FirstSeen,
        file.Record?.Url);
}

/// <summary>One rule's finding.</summary>
public sealed record WhyFinding(string Rule, string Verdict, string Reason, DateTimeOffset? Until, bool AuditOnly);
