using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>The comparisons of PEP 440.</summary>
public enum SpecifierOperator
{
    /// <summary><c>~=</c></summary>
    Compatible,

    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>===</c></summary>
    Arbitrary,
}

/// <summary>One version specifier, such as <c>&gt;=1.0</c> (PEP 440, "version specifiers").</summary>
public sealed class VersionSpecifier
{
    private static readonly (string Text, SpecifierOperator Operator)[] Operators =
    [
        ("===", SpecifierOperator.Arbitrary), ("==", SpecifierOperator.Equal), ("!=", SpecifierOperator.NotEqual),
        ("~=", SpecifierOperator.Compatible), ("<=", SpecifierOperator.LessOrEqual), (">=", SpecifierOperator.GreaterOrEqual),
        ("<", SpecifierOperator.Less), (">", SpecifierOperator.Greater),
    ];

    private readonly string _operatorText;
    private readonly PackageVersion? _version;
    private readonly bool _wildcard;

    private VersionSpecifier(SpecifierOperator op, string operatorText, string versionText, PackageVersion? version, bool wildcard)
    {
        Operator = op;
        _operatorText = operatorText;
        VersionText = versionText;
        // "<V" means all that leads to V, too: it ends where V's earliest developmental release begins.
        _version = op == SpecifierOperator.Less && version is { IsPrerelease: false } ? version.FirstDev() : version;
        _wildcard = wildcard;
        ImpliesPrereleases = version is { IsPrerelease: true } && op != SpecifierOperator.NotEqual;
    }

    public SpecifierOperator Operator { get; }

    /// <summary>The version as written, a trailing <c>.*</c> included; after <c>===</c> any text.</summary>
    public string VersionText { get; }

    /// <summary>Whether the specifier names a pre-release itself, and thereby asks for them.</summary>
    internal bool ImpliesPrereleases { get; }

    /// <summary>Reads one specifier, white space around it and after the operator allowed.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out VersionSpecifier? specifier)
    {
        specifier = null;
        text = TextRules.Trim(text);
        foreach (var (operatorText, op) in Operators)
        {
            if (!text.StartsWith(operatorText, StringComparison.Ordinal)) continue;
            var version = TextRules.Trim(text[operatorText.Length..]);
            specifier = op == SpecifierOperator.Arbitrary ? ReadArbitrary(version) : Read(op, operatorText, version);
            break;
        }
        return specifier is not null;
    }

    private static VersionSpecifier? ReadArbitrary(ReadOnlySpan<char> version)
    {
        foreach (var c in version)
        {
            if (c is ';' or ')' || TextRules.IsSpace(c)) return null;
        }
        var parsed = PackageVersion.TryParse(version, out var read) ? read : null;
        return new VersionSpecifier(SpecifierOperator.Arbitrary, "===", version.ToString(), parsed, false);
    }

    private static VersionSpecifier? Read(SpecifierOperator op, string operatorText, ReadOnlySpan<char> version)
    {
        var equality = op is SpecifierOperator.Equal or SpecifierOperator.NotEqual;
        var wildcard = equality && version.EndsWith(".*", StringComparison.Ordinal);
        var text = wildcard ? version[..^2] : version;
        // The text within must follow its operator or its ".*" without white space of its own.
        if (text.IsEmpty || TextRules.IsSpace(text[^1]) || !PackageVersion.TryParse(text, out var parsed)) return null;
        if (parsed.Local is not null && (wildcard || !equality)) return null;
        if (wildcard && (parsed.IsPrerelease || parsed.IsPostrelease)) return null;
        if (op == SpecifierOperator.Compatible && parsed.Release.Count < 2) return null;
        return new VersionSpecifier(op, operatorText, version.ToString(), parsed, wildcard);
    }

    /// <summary>Whether the version's text, or the version that it is, satisfies this; pre-releases aren't treated apart.</summary>
    /// <param name="text">The candidate as written; only <c>===</c> looks at it.</param>
    /// <param name="candidate">The candidate as a version; null where the text is none, which satisfies <c>===</c> only.</param>
    internal bool Matches(string text, PackageVersion? candidate)
    {
        if (Operator == SpecifierOperator.Arbitrary) return TextRules.EqualsIgnoringAsciiCase(text, VersionText);
        return candidate is not null && Matches(candidate, _version!);
    }

    private bool Matches(PackageVersion candidate, PackageVersion version) => Operator switch
    {
        SpecifierOperator.Equal => IsEqual(candidate, version),
        SpecifierOperator.NotEqual => !IsEqual(candidate, version),
        SpecifierOperator.GreaterOrEqual => candidate >= version,
        SpecifierOperator.Less => candidate < version,
        // A local version counts as the version it was made from, save where order alone decides.
        SpecifierOperator.LessOrEqual => candidate.ComparePublic(version) <= 0,
        SpecifierOperator.Greater => candidate.ComparePublic(version) > 0 && !IsPostReleaseOf(candidate, version),
        SpecifierOperator.Compatible => candidate >= version && candidate.HasPrefix(version, version.Release.Count - 1),
        _ => throw new UnreachableException(),
    };

    private bool IsEqual(PackageVersion candidate, PackageVersion version)
    {
        if (_wildcard) return candidate.HasPrefix(version, version.Release.Count);
        return version.Local is null ? candidate.ComparePublic(version) == 0 : candidate == version;
    }

    /// <summary>"&gt;1.7" leaves out 1.7.post1; "&gt;1.7.post1" and "&gt;1.7.dev1" say what they mean.</summary>
    private static bool IsPostReleaseOf(PackageVersion candidate, PackageVersion version) =>
        version.Post is null && version.Dev is null && candidate.SharesReleaseAndPre(version);

    public override string ToString() => _operatorText + VersionText;
}
