using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>The options of <c>minimum-age</c>.</summary>
/// <param name="Age">How old a file must be.</param>
/// <param name="FirstSeenClock">Count from first sight alone, save for the files of a project's first snapshot.</param>
/// <param name="Exempt">Projects whose files are not held.</param>
public sealed record MinimumAgeSettings(TimeSpan Age, bool FirstSeenClock, IReadOnlyList<NameGlob> Exempt)
{
    internal static MinimumAgeSettings Read(SettingsReader reader)
    {
        const string key = $"Policy:Rules:{RuleNames.MinimumAge}";
        return new MinimumAgeSettings(
            reader.Duration(key + ":Age", TimeSpan.FromDays(3), TimeSpan.Zero, TimeSpan.FromDays(3650)),
            reader.Flag(key + ":FirstSeenClock", false),
            reader.Globs(key + ":Exempt"));
    }
}
