using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>The rule <c>typosquat</c>.</summary>
/// <param name="PopularFile">Popular projects, one on a line; null: those that Hashgate brings along. Absolute.</param>
/// <param name="Exempt">Projects that may be called what they are.</param>
public sealed record TyposquatSettings(string? PopularFile, IReadOnlyList<NameGlob> Exempt)
{
    /// <summary>The file as a list to watch.</summary>
    public IEnumerable<ListSettings> Lists => PopularFile is null ? [] : [new ListSettings(RuleNames.Typosquat, PopularFile, null, TimeSpan.Zero)];

    internal static TyposquatSettings Read(SettingsReader reader) => new(
        reader.Text($"Policy:Rules:{RuleNames.Typosquat}:PopularFile") is { } path ? Path.GetFullPath(path) : null,
        reader.Globs($"Policy:Rules:{RuleNames.Typosquat}:Exempt"));
}
