using System.Globalization;
using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Dashboard.PolicyInForce;

/// <summary>Every rule with its mode and options, in the words of settings.</summary>
internal static class RuleRows
{
    private const string Prefix = "Policy:Rules:";

    private static readonly IReadOnlyDictionary<string, string> What = new Dictionary<string, string>
    {
        [RuleNames.HashMismatch] = "A download had other bytes than promised.",
        [RuleNames.HashChanged] = "The index claims other bytes than were first seen.",
        [RuleNames.NoHash] = "The index promises no sha256.",
        [RuleNames.FilenameMismatch] = "A filename of another project stands on the page.",
        [RuleNames.TrustUnavailable] = "First sight can't be put on record now.",
        [RuleNames.ReservedName] = "A project is served by the upstream that owns its name alone.",
        [RuleNames.UpstreamQuarantined] = "The index has the project in quarantine.",
        [RuleNames.Allowlist] = "Only what is on the list is served.",
        [RuleNames.Blocklist] = "What is on the list is refused.",
        [RuleNames.RemovedUpstream] = "The index lists the file no more.",
        [RuleNames.MinimumAge] = "A file must have been out for a while.",
        [RuleNames.LateFile] = "A file was added to a release long after it came out.",
        [RuleNames.Sdist] = "Source distributions run code when they are installed.",
        [RuleNames.Typosquat] = "The name is easily mistaken for a popular one.",
        [RuleNames.Malware] = "An advisory calls the release malicious.",
        [RuleNames.Vulnerability] = "An advisory calls the release vulnerable.",
        [RuleNames.Flagged] = "An operator confirmed a report, or enough people reported it.",
        [RuleNames.Provenance] = "A release lost its provenance, or comes from another publisher.",
    };

    public static IReadOnlyList<RuleRow> Of(PolicySettings policy) =>
        [.. PolicySettings.Softenable.Concat(PolicySettings.AlwaysEnforced).Select(rule => new RuleRow(rule, What.GetValueOrDefault(rule, ""), Mode(policy, rule), [.. Options(policy, rule).Select(o => ($"{Prefix}{rule}:{o.Key}", o.Value))]))];

    private static string Mode(PolicySettings policy, string rule) =>
        PolicySettings.AlwaysEnforced.Contains(rule) ? "always"
        : !policy.IsOn(rule) ? "off"
        : (rule == RuleNames.Allowlist && !policy.HasList(rule)) || (rule == RuleNames.Sdist && !policy.Sdist.Refuse) ? "not set up"
        : policy.IsAudited(rule) ? "audit" : "enforce";

    private static IEnumerable<(string Key, string Value)> Options(PolicySettings policy, string rule) => rule switch
    {
        RuleNames.NoHash => [("AllowFirstUse", Text(policy.AllowFirstUseWithoutHash))],
        RuleNames.Allowlist or RuleNames.Blocklist => policy.Lists.FirstOrDefault(l => l.Rule == rule) is { } list
            ? list.File is { } file ? [("File", file)] : [("Url", list.Source), ("RefreshAfter", Text(list.RefreshAfter))]
            : [],
        RuleNames.RemovedUpstream => [("Age", Text(policy.RemovedUpstreamAge))],
        RuleNames.MinimumAge => [("Age", Text(policy.MinimumAge.Age)), ("FirstSeenClock", Text(policy.MinimumAge.FirstSeenClock)), ("Exempt", Text(policy.MinimumAge.Exempt))],
        RuleNames.LateFile => [("After", Text(policy.LateFile.After)), ("HoldFor", Text(policy.LateFile.HoldFor)), ("Exempt", Text(policy.LateFile.Exempt))],
        RuleNames.Sdist => [("Refuse", Text(policy.Sdist.Refuse)), ("Exempt", Text(policy.Sdist.Exempt))],
        RuleNames.Typosquat => [("PopularFile", policy.Typosquat.PopularFile ?? "(the list that Hashgate brings along)"), ("Exempt", Text(policy.Typosquat.Exempt))],
        RuleNames.Vulnerability => Vulnerability(policy.Vulnerability),
        RuleNames.Flagged => [("ReportsToBlock", policy.Flagged.ReportsToBlock.ToString(CultureInfo.InvariantCulture))],
        RuleNames.Provenance => [("IgnoreAfter", Text(policy.Provenance.IgnoreAfter)), ("Exempt", Text(policy.Provenance.Exempt))],
        _ => [],
    };

    private static IEnumerable<(string, string)> Vulnerability(VulnerabilitySettings settings) =>
    [
        ("BlockAt", settings.Options.BlockAt?.ToString().ToLowerInvariant() ?? "none"),
        ("WhenUnscored", settings.Options.WhenUnscored.ToString().ToLowerInvariant()),
        ("LetFixesThrough", Text(settings.LetFixesThrough)),
        .. settings.Options.Exceptions.Select(e => ("Exceptions", string.Create(CultureInfo.InvariantCulture, $"{e.Id} until {e.Until.UtcDateTime:yyyy-MM-dd}: {e.Reason}"))),
    ];

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(TimeSpan value) => value.ToString("c", CultureInfo.InvariantCulture);

    private static string Text(IReadOnlyList<NameGlob> globs) => globs.Count == 0 ? "none" : string.Join(", ", globs.Select(g => g.Pattern));
}
