using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Reads the options of the rule <c>provenance</c>.</summary>
internal static class ProvenanceSettings
{
    private const string Key = $"Policy:Rules:{RuleNames.Provenance}";

    public static ProvenanceOptions Read(SettingsReader reader)
    {
        var standard = new ProvenanceOptions();
        return new ProvenanceOptions
        {
            IgnoreAfter = reader.Duration($"{Key}:IgnoreAfter", standard.IgnoreAfter, TimeSpan.FromDays(1), TimeSpan.FromDays(36500)),
            Exempt = reader.Globs($"{Key}:Exempt"),
        };
    }
}
