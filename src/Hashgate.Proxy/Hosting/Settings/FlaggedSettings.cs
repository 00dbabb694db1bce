using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>The options of the rule <c>flagged</c>.</summary>
/// <param name="ReportsToBlock">How many signed-in people's reports hold what they are about, 0 to 100; 0: none do.</param>
public sealed record FlaggedSettings(int ReportsToBlock)
{
    internal static FlaggedSettings Read(SettingsReader reader) => new(reader.Count($"Policy:Rules:{RuleNames.Flagged}:ReportsToBlock", 0, 0, Flag.MaxSignedIn));
}
