using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What is known of a project's, or a release's, files and why they are served or not; the page and its JSON tell the same.</summary>
/// <param name="PageOf">When the upstream's page was read.</param>
/// <param name="NewestAllowed">The newest version that is served and not yanked, a final release where there is one; null where there is none.</param>
/// <param name="Contact">Whom to ask; null where the operators have not said.</param>
/// <param name="Refused">How many of the files told of are refused.</param>
/// <param name="Reasons">Every different finding behind the refusals, the worst first.</param>
public sealed record WhyReport(
    string Project, string? Version, string Upstream, DateTimeOffset PageOf, string Status, string? StatusReason, string? NewestAllowed, string? Contact,
    int Refused, IReadOnlyList<WhyFinding> Reasons, IReadOnlyList<WhyFile> Files)
{
    /// <summary>Every advisory on the versions told of.</summary>
    public IReadOnlyList<WhyAdvisory> Advisories { get; init; } = [];

    /// <summary>The most files told of; a page of thousands helps nobody.</summary>
    private const int MaxFiles = 500;

    public static WhyReport Of(ProjectView view, string? version, string? contact)
    {
        var wanted = version is not null && PackageVersion.TryParse(version, out var parsed) ? parsed : null;
        var files = view.Facts.Files.Select((file, index) => (file, decision: view.Decision.Files[index])).ToArray();
        var shown = files.Where(f => version is null ? f.decision.Findings.Count > 0 : wanted is not null && wanted.Equals(f.file.Name.Version)).ToArray();
        if (view.Decision.Stub is { } stub) shown = [(ProjectStub.Facts(view.Project), stub), .. shown];
        var refused = shown.Where(f => f.decision.IsRefused).ToArray();
        var (status, statusReason) = view.Facts.Page.Status;
        return new WhyReport(
            view.Project.Value, wanted?.ToString() ?? WhyText.Shorten(version), view.Upstream.Name, view.Snapshot.FetchedAt, status, WhyText.Shorten(statusReason), Newest(files)?.ToString(), contact,
            refused.Length,
            [.. refused.SelectMany(f => f.decision.Findings).Where(f => f.Effect >= Verdict.Hold).OrderByDescending(f => f.Effect).Select(WhyFinding.Of).DistinctBy(f => (f.Rule, f.Verdict, f.Reason, f.Until)).Take(MaxFiles)],
            [.. shown.Take(MaxFiles).Select(f => WhyFile.Of(f.file, f.decision))])
        { Advisories = WhyAdvisory.On(view.Facts, [.. shown.Select(f => f.file)]) };
    }

    private static PackageVersion? Newest((FileFacts File, FileDecision Decision)[] files)
    {
        var allowed = files.Where(f => !f.Decision.IsRefused && !f.File.File.Yanked.IsYanked && !f.File.Name.IsForeign && f.File.Name.Version is not null).Select(f => f.File.Name.Version!).ToArray();
        return allowed.Where(v => !v.IsPrerelease).DefaultIfEmpty().Max() ?? allowed.DefaultIfEmpty().Max();
    }
}

/// <summary>One file's verdict and what its trust record says.</summary>
/// <param name="Verdict"><c>allow</c>, <c>warn</c>, <c>hold</c> or <c>block</c>.</param>
/// <param name="Yanked">Upstream's own yank.</param>
/// <param name="State">Of the trust record: <c>claimed</c>, <c>proven</c> or <c>conflict</c>.</param>
/// <param name="FirstSeenAt">The URL that it was first seen at.</param>
public sealed record WhyFile(
    string Filename, string? Version, string Verdict, IReadOnlyList<WhyFinding> Findings, bool Yanked, string? YankedReason, DateTimeOffset? UploadTime,
    string? Sha256, string? State, DateTimeOffset? FirstSeen, string? FirstSeenAt, DateTimeOffset? ProvenAt)
{
    /// <summary>How far its provenance goes, and who published it; null where that was not learned.</summary>
    public string? Provenance { get; init; }

    internal static WhyFile Of(FileFacts file, FileDecision decision) => new(
        file.File.Filename,
        file.Name.Version?.ToString(),
        WhyText.Of(decision.Verdict),
        [.. decision.Findings.Select(WhyFinding.Of)],
        file.File.Yanked.IsYanked,
        WhyText.Shorten(file.File.Yanked.Reason),
        file.Record?.UploadTime,
        file.Record?.Sha256.ToString(),
        file.Record is null ? null : file.Record.Conflict ? "conflict" : file.Record.ProvenAt is null ? "claimed" : "proven",
        file.Record?.FirstSeen,
        WhyText.Shorten(file.Record?.Url),
        file.Record?.ProvenAt)
    { Provenance = WhyText.Shorten(Describe(file.Provenance)) };

    private static string? Describe(LearnedProvenance? learned) =>
        learned is null ? null : learned.Level.ToString().ToLowerInvariant() + (learned.Publishers.Count > 0 ? ": " + string.Join(", ", learned.Publishers) : "");
}

/// <summary>One rule's finding.</summary>
/// <param name="AuditOnly">Recorded, not enforced.</param>
/// <param name="CanBeWaived">Whether an operator can waive it; those that guard the proof can't be.</param>
/// <param name="Advisories">The ids of advisories that the reason names.</param>
public sealed record WhyFinding(
    string Rule, string Verdict, string Reason, DateTimeOffset? Since, DateTimeOffset? Until, bool AuditOnly, bool CanBeWaived, WhyWaiver? Waiver, IReadOnlyList<string> Advisories)
{
    internal static WhyFinding Of(Finding finding) => new(
        finding.Rule, WhyText.Of(finding.Verdict), WhyText.Shorten(finding.Reason), finding.Since, finding.Until, finding.AuditOnly, !finding.IsFirm,
        finding.Waiver is { } w ? new WhyWaiver(w.Actor, WhyText.Shorten(w.Reason), w.Expires) : null,
        WhyText.Advisories(finding.Reason));
}

/// <summary>The waiver that lifts a finding.</summary>
public sealed record WhyWaiver(string Actor, string Reason, DateTimeOffset? Until);
