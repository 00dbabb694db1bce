using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>The options of <c>late-file</c>.</summary>
/// <param name="After">How long after its release's first file a file is late.</param>
/// <param name="HoldFor">How long a late file is held.</param>
/// <param name="Exempt">Projects whose files are not held.</param>
public sealed record LateFileSettings(TimeSpan After, TimeSpan HoldFor, IReadOnlyList<NameGlob> Exempt)
{
    internal static LateFileSettings Read(SettingsReader reader)
    {
        const string key = $"Policy:Rules:{RuleNames.LateFile}";
        return new LateFileSettings(
            reader.Duration(key + ":After", TimeSpan.FromDays(14), TimeSpan.Zero, TimeSpan.FromDays(3650)),
            reader.Duration(key + ":HoldFor", TimeSpan.FromDays(90), TimeSpan.Zero, TimeSpan.FromDays(3650)),
            reader.Globs(key + ":Exempt"));
    }
}
