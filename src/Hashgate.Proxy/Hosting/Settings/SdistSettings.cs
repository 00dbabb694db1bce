using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>The rule <c>sdist</c>.</summary>
/// <param name="Refuse">Whether source distributions are refused.</param>
/// <param name="Exempt">The projects whose source distributions are served all the same.</param>
public sealed record SdistSettings(bool Refuse, IReadOnlyList<NameGlob> Exempt)
{
    internal static SdistSettings Read(SettingsReader reader) => new(
        reader.Flag($"Policy:Rules:{RuleNames.Sdist}:Refuse", false),
        reader.Globs($"Policy:Rules:{RuleNames.Sdist}:Exempt"));
}
