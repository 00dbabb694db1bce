using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>
/// Comma-separated version specifiers, all of which must hold (PEP 440); none at all allow everything.
/// </summary>
public sealed class VersionSpecifiers
{
    /// <summary>The most specifiers read; a person writes three, a resolver's workaround thirty.</summary>
    public const int MaxCount = 1000;

    private readonly VersionSpecifier[] _specifiers;

    private VersionSpecifiers(VersionSpecifier[] specifiers) => _specifiers = specifiers;

    /// <summary>No specifier: every version, and every text that is none.</summary>
    public static readonly VersionSpecifiers Any = new([]);

    /// <summary>The specifiers in the order written.</summary>
    public IReadOnlyList<VersionSpecifier> Items => _specifiers;

    /// <summary>Reads the list; empty items between commas are passed over, as installers do.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out VersionSpecifiers? specifiers)
    {
        specifiers = null;
        var items = new List<VersionSpecifier>();
        foreach (var range in text.Split(','))
        {
            var item = TextRules.Trim(text[range]);
            if (item.IsEmpty) continue;
            if (items.Count == MaxCount || !VersionSpecifier.TryParse(item, out var specifier)) return false;
            items.Add(specifier);
        }
        specifiers = items.Count == 0 ? Any : new VersionSpecifiers([.. items]);
        return true;
    }

    /// <summary>Reads the list.</summary>
    /// <exception cref="FormatException">The text is not a list of specifiers.</exception>
    public static VersionSpecifiers Parse(string text) =>
        TryParse(text, out var specifiers) ? specifiers : throw new FormatException($"'{text}' is not a list of version specifiers.");

    /// <summary>
    /// Whether the version, given as text, satisfies every specifier. Text that is no version satisfies only
    /// <c>===</c>, and the empty list.
    /// </summary>
    /// <param name="version">The version as written.</param>
    /// <param name="prereleases">False: never a pre-release; null and true: those too, as there is no other candidate.</param>
    public bool Contains(string version, bool? prereleases = null) =>
        Contains(version, PackageVersion.TryParse(version, out var parsed) ? parsed : null, prereleases);

    /// <inheritdoc cref="Contains(string, bool?)"/>
    public bool Contains(PackageVersion version, bool? prereleases = null) => Contains(version.ToString(), version, prereleases);

    private bool Contains(string text, PackageVersion? version, bool? prereleases)
    {
        if (prereleases == false && version is { IsPrerelease: true }) return false;
        foreach (var specifier in _specifiers)
        {
            if (!specifier.Matches(text, version)) return false;
        }
        return true;
    }

    /// <summary>
    /// The versions that satisfy every specifier, in the order given (PEP 440, "handling of pre-releases").
    /// </summary>
    /// <param name="versions">The candidates as written.</param>
    /// <param name="prereleases">
    /// True: pre-releases too; false: none; null: where a specifier names one, or no final release satisfies.
    /// </param>
    public IReadOnlyList<string> Filter(IEnumerable<string> versions, bool? prereleases = null)
    {
        if (prereleases is null && Array.Exists(_specifiers, specifier => specifier.ImpliesPrereleases)) prereleases = true;
        var matching = new List<(string Text, bool Prerelease)>();
        var foundFinal = false;
        foreach (var text in versions)
        {
            var version = PackageVersion.TryParse(text, out var parsed) ? parsed : null;
            if (!Contains(text, version, prereleases)) continue;
            matching.Add((text, version is { IsPrerelease: true }));
            foundFinal |= version is { IsPrerelease: false };
        }
        var finalsOnly = prereleases is null && foundFinal;
        return [.. from item in matching where !(finalsOnly && item.Prerelease) select item.Text];
    }

    public override string ToString() => string.Join(',', _specifiers.AsEnumerable());
}
