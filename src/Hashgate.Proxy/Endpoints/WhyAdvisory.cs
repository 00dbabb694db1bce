using Hashgate.Core.Advisories;
using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Endpoints;

/// <summary>An advisory on one of the versions that a <see cref="WhyReport"/> tells of, whether anything is refused for it or not.</summary>
/// <param name="Url">Where it can be read.</param>
/// <param name="Severity"><c>malware</c>, else <c>low</c> to <c>critical</c>; null where none is known.</param>
public sealed record WhyAdvisory(string Id, string Url, string? Severity, string Summary)
{
    /// <summary>The most told of.</summary>
    private const int MaxAdvisories = 100;

    private const string Malware = "malware";

    /// <summary>Those on any of these files, malware first.</summary>
    internal static IReadOnlyList<WhyAdvisory> On(ProjectFacts project, IReadOnlyCollection<FileFacts> files)
    {
        var index = project.Policy.Advisories;
        var versions = files.Select(f => f.Name.Version).Distinct().Select(index.For(project.Page.Project).Of).ToArray();
        var told = versions.SelectMany(v => v.Malware).Select(a => Of(a.Record, Malware))
            .Concat(files.Select(f => f.ServedSha256 is { } digest ? index.MalwareWith(digest) : null).OfType<OsvRecord>().Select(r => Of(r, Malware)))
            .Concat(versions.SelectMany(v => v.Vulnerabilities).OrderByDescending(a => a.Severity).Select(a => Of(a.Record, a.Severity?.ToString().ToLowerInvariant())));
        return [.. told.DistinctBy(a => a.Id).Take(MaxAdvisories)];
    }

    private static WhyAdvisory Of(OsvRecord record, string? severity) =>
        new(WhyText.Shorten(record.Id), WhyText.AdvisoryUrl(record.Id), severity, WhyText.Shorten(record.Summary));
}
