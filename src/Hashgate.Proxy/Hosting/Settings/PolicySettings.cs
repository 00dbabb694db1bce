using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>What policy does, and each rule's options.</summary>
public sealed record PolicySettings
{
    /// <summary>The rules whose mode can be set, with the mode they have without one. The others guard the proof itself.</summary>
    private static readonly IReadOnlyDictionary<string, RuleMode> StandardModes = new Dictionary<string, RuleMode>
    {
        [RuleNames.UpstreamQuarantined] = RuleMode.Enforce,
        [RuleNames.Allowlist] = RuleMode.Enforce,
        [RuleNames.Blocklist] = RuleMode.Enforce,
        [RuleNames.RemovedUpstream] = RuleMode.Enforce,
        [RuleNames.MinimumAge] = RuleMode.Enforce,
        [RuleNames.LateFile] = RuleMode.Enforce,
        [RuleNames.Sdist] = RuleMode.Enforce,
        [RuleNames.Typosquat] = RuleMode.Audit,
        [RuleNames.Malware] = RuleMode.Enforce,
        // It only warns until BlockAt says otherwise; who sets that means it.
        [RuleNames.Vulnerability] = RuleMode.Enforce,
        [RuleNames.Flagged] = RuleMode.Enforce,
        [RuleNames.Provenance] = RuleMode.Enforce,
    };

    /// <summary>The rules that guard the proof or the ownership of names: no mode and no waiver softens them.</summary>
    public static IReadOnlyCollection<string> AlwaysEnforced { get; } =
        [RuleNames.HashMismatch, RuleNames.HashChanged, RuleNames.NoHash, RuleNames.FilenameMismatch, RuleNames.TrustUnavailable, RuleNames.ReservedName];

    /// <summary>Every other rule: it has a mode, and waivers lift it.</summary>
    public static IReadOnlyCollection<string> Softenable { get; } = [.. StandardModes.Keys];

    /// <summary>Every rule that can be softened only records.</summary>
    public required bool Audit { get; init; }

    /// <summary>The mode of each rule that has one.</summary>
    public required IReadOnlyDictionary<string, RuleMode> Modes { get; init; }

    /// <summary>Whom the /why page names.</summary>
    public string? Contact { get; init; }

    /// <summary>Files without a sha256 are recorded by their content.</summary>
    public bool AllowFirstUseWithoutHash { get; init; }

    /// <summary>The organisation's lists, where they are configured.</summary>
    public IReadOnlyList<ListSettings> Lists { get; init; } = [];

    public SdistSettings Sdist { get; init; } = new(false, []);

    public TyposquatSettings Typosquat { get; init; } = new(null, []);

    /// <summary>Whether a list has a file or URL.</summary>
    public bool HasList(string rule) => Lists.Any(list => list.Rule == rule);

    /// <summary>The same, with a list that isn't read from anywhere, but was given as it is.</summary>
    internal PolicySettings WithGiven(string list) => this with { Lists = [.. Lists.Where(l => l.Rule != list), new ListSettings(list, "(given)", null, TimeSpan.Zero)] };

    /// <summary>Up to which age files that are gone upstream are held.</summary>
    public TimeSpan RemovedUpstreamAge { get; init; }

    /// <summary>How long new files are held.</summary>
    public required MinimumAgeSettings MinimumAge { get; init; }

    /// <summary>When a new file on an old release is held.</summary>
    public required LateFileSettings LateFile { get; init; }

    public required VulnerabilitySettings Vulnerability { get; init; }

    public required FlaggedSettings Flagged { get; init; }

    /// <summary>What the rule <c>provenance</c> looks at.</summary>
    public required ProvenanceOptions Provenance { get; init; }

    /// <summary>Whether a rule only records what it would have refused.</summary>
    public bool IsAudited(string rule) => Audit || Modes.GetValueOrDefault(rule) == RuleMode.Audit;

    /// <summary>Whether a rule is asked at all.</summary>
    public bool IsOn(string rule) => Modes.GetValueOrDefault(rule) != RuleMode.Off;

    internal static PolicySettings Read(SettingsReader reader)
    {
        foreach (var rule in AlwaysEnforced)
        {
            if (reader.Text($"Policy:Rules:{rule}:Mode") is { } mode && !mode.Equals("enforce", StringComparison.OrdinalIgnoreCase))
                reader.Add($"Hashgate:Policy:Rules:{rule}:Mode is '{mode}': this rule guards the proof itself and is always enforced.");
        }
        return new PolicySettings
        {
            Audit = reader.Choice("Policy:Mode", "enforce", "enforce", "audit") == "audit",
            Modes = StandardModes.ToDictionary(rule => rule.Key, rule => Mode(reader, rule.Key, rule.Value)),
            Contact = reader.Text("Policy:Contact"),
            Flagged = FlaggedSettings.Read(reader),
            Provenance = ProvenanceSettings.Read(reader),
            AllowFirstUseWithoutHash = reader.Flag($"Policy:Rules:{RuleNames.NoHash}:AllowFirstUse", false),
            Lists = ListSettings.ReadAll(reader),
            RemovedUpstreamAge = reader.Duration($"Policy:Rules:{RuleNames.RemovedUpstream}:Age", TimeSpan.FromDays(90), TimeSpan.Zero, TimeSpan.FromDays(3650)),
            MinimumAge = MinimumAgeSettings.Read(reader),
            LateFile = LateFileSettings.Read(reader),
            Sdist = SdistSettings.Read(reader),
            Typosquat = TyposquatSettings.Read(reader),
            Vulnerability = VulnerabilitySettings.Read(reader),
        };
    }

    private static RuleMode Mode(SettingsReader reader, string rule, RuleMode standard)
    {
        var (enforce, audit, off) = ("enforce", "audit", "off");
        var standardText = standard switch { RuleMode.Audit => audit, RuleMode.Off => off, _ => enforce };
        var mode = reader.Choice($"Policy:Rules:{rule}:Mode", standardText, enforce, audit, off);
        return mode == audit ? RuleMode.Audit : mode == off ? RuleMode.Off : RuleMode.Enforce;
    }
}

/// <summary>How far a rule's word goes.</summary>
public enum RuleMode
{
    /// <summary>What it refuses is refused.</summary>
    Enforce,

    /// <summary>What it would refuse is recorded, and served.</summary>
    Audit,

    /// <summary>It isn't asked.</summary>
    Off,
}
