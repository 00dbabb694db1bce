using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>The settings of policy as this process was started with them, and what becomes of them with others on top.</summary>
internal sealed class PolicyConfiguration
{
    private const string Root = "Hashgate", Policy = Root + ":Policy", Advisories = Root + ":Advisories", WhenMissing = Advisories + ":WhenMissing";

    /// <summary>The keys that name a list's file, and the rule that goes by it.</summary>
    public static IReadOnlyDictionary<string, string> ListFiles { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [$"{Policy}:Rules:{RuleNames.Allowlist}:File"] = RuleNames.Allowlist,
        [$"{Policy}:Rules:{RuleNames.Blocklist}:File"] = RuleNames.Blocklist,
        [$"{Policy}:Rules:{RuleNames.Typosquat}:PopularFile"] = RuleNames.Typosquat,
    };

    private static readonly HashSet<string> ListUrls = new([$"{Policy}:Rules:{RuleNames.Allowlist}:Url", $"{Policy}:Rules:{RuleNames.Blocklist}:Url"], StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, string?> _values;

    private PolicyConfiguration(Dictionary<string, string?> values) => _values = values;

    /// <summary>What stands in the configuration now; later changes of its files don't count, as they don't for the process.</summary>
    public static PolicyConfiguration Of(IConfiguration configuration) => new(
        configuration.GetSection(Root).AsEnumerable().Where(v => v.Value is not null && (IsBelow(v.Key, Policy) || IsBelow(v.Key, Advisories))).ToDictionary(StringComparer.OrdinalIgnoreCase));

    /// <summary>The settings with these on top; null, and why, where that can't be. A list (<c>…:0</c>, <c>…:1</c>) takes the place of the one that was.</summary>
    /// <param name="changed">Whole keys. They come from a client: none of them may make the server read a file or ask a URL.</param>
    public (PolicySettings Policy, AdvisorySettings Advisories)? With(IReadOnlyDictionary<string, string?> changed, List<string> errors)
    {
        errors.AddRange(changed.Select(WhyNot).OfType<string>());
        if (errors.Count > 0) return null;
        var values = _values.Where(v => !IsReplaced(v.Key, changed)).Concat(changed).GroupBy(v => v.Key, StringComparer.OrdinalIgnoreCase).Select(g => g.Last());
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection(Root));
        var settings = (PolicySettings.Read(reader), AdvisorySettings.Read(reader));
        reader.RefuseUnknown();
        errors.AddRange(reader.Errors);
        return errors.Count == 0 ? settings : null;
    }

    private static string? WhyNot(KeyValuePair<string, string?> setting)
    {
        var (key, value) = setting;
        if (ListUrls.Contains(key) && !string.IsNullOrEmpty(value)) return $"{key} can't be tried: a replay asks no URL; save the list, and name it as File in its place.";
        if (ListFiles.TryGetValue(key, out var rule) && !string.IsNullOrEmpty(value))
            return $"{key} can't be sent: the server reads no file for a replay; send the list's text as lists.{rule}, as 'hashgate policy replay' does.";
        var isSection = string.IsNullOrEmpty(value) && new[] { Root, Policy, Advisories }.Contains(key, StringComparer.OrdinalIgnoreCase);
        return isSection || IsBelow(key, Policy) || key.Equals(WhenMissing, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"{key} can't be tried: a replay changes {Policy} and {WhenMissing} only; take it out.";
    }

    private static bool IsBelow(string key, string section) => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a key is an item of a list that the changed settings have as well.</summary>
    private static bool IsReplaced(string key, IReadOnlyDictionary<string, string?> changed) => Lists(key).Any(list =>
        changed.ContainsKey(list) || changed.Keys.Any(k => k.Length > list.Length + 1 && IsBelow(k, list) && char.IsAsciiDigit(k[list.Length + 1])));

    /// <summary>The lists that a key is an item of, or part of an item of: what stands before a segment that is a number.</summary>
    private static IEnumerable<string> Lists(string key)
    {
        for (var colon = key.IndexOf(':', StringComparison.Ordinal); colon >= 0; colon = key.IndexOf(':', colon + 1))
        {
            var segment = key.AsSpan(colon + 1);
            if (segment.IndexOf(':') is >= 0 and var end) segment = segment[..end];
            if (segment.Length > 0 && !segment.ContainsAnyExceptInRange('0', '9')) yield return key[..colon];
        }
    }
}
