using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>A wheel's build tag: a number, then any text (PyPA "binary distribution format").</summary>
public readonly record struct WheelBuild(VersionNumber Number, string Suffix)
{
    public override string ToString() => Number + Suffix;
}

/// <summary>
/// A wheel's filename (PyPA "binary distribution format", file name convention):
/// <c>name-version[-build]-interpreter-abi-platform.whl</c>.
/// </summary>
public sealed class WheelFilename
{
    private const string Extension = ".whl";

    private WheelFilename(string name, PackageVersion version, WheelBuild? build, WheelTagSet tags)
    {
        Name = name;
        Version = version;
        Build = build;
        Tags = tags;
    }

    /// <summary>The name, normalized. The grammar lets names pass that no project can have; compare, don't trust.</summary>
    public string Name { get; }

    public PackageVersion Version { get; }

    public WheelBuild? Build { get; }

    public WheelTagSet Tags { get; }

    /// <summary>Reads the filename.</summary>
    public static bool TryParse(string filename, [NotNullWhen(true)] out WheelFilename? wheel)
    {
        wheel = null;
        if (filename.Length > DistributionFilename.MaxLength || !filename.EndsWith(Extension, StringComparison.Ordinal)) return false;
        var stem = filename.AsSpan(0, filename.Length - Extension.Length);
        if (stem.Count('-') is not (4 or 5)) return false;
        var parts = stem.ToString().Split('-');
        if (!IsEscapedName(parts[0]) || !PackageVersion.TryParse(parts[1], out var version)) return false;
        WheelBuild? build = null;
        if (parts.Length == 6)
        {
            if (!TryReadBuild(parts[2], out var read)) return false;
            build = read;
        }
        if (!WheelTagSet.TryParse(parts[^3], parts[^2], parts[^1], out var tags)) return false;
        wheel = new WheelFilename(ProjectName.Normalize(parts[0]), version, build, tags);
        return true;
    }

    /// <summary>Runs of <c>-_.</c> are one <c>_</c> in an escaped name; old tools left dots and capitals, installers take them.</summary>
    private static bool IsEscapedName(string name)
    {
        if (name.Length == 0 || name.Contains("__", StringComparison.Ordinal)) return false;
        foreach (var c in name)
        {
            if (c is not ('_' or '.') && !char.IsLetterOrDigit(c)) return false;
        }
        return true;
    }

    private static bool TryReadBuild(string text, out WheelBuild build)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        build = digits == 0 ? default : new WheelBuild(VersionNumber.FromDigits(text.AsSpan(0, digits)), text[digits..]);
        return digits > 0;
    }
}
