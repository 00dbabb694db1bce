using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>
/// A source distribution's filename (PyPA "source distribution format"; PEP 625): <c>name-version.tar.gz</c>, and the
/// older <c>.zip</c>. The version holds no dash, so the last one parts the two.
/// </summary>
public sealed class SdistFilename
{
    private static readonly string[] Extensions = [".tar.gz", ".zip"];

    private SdistFilename(string name, PackageVersion version, string extension)
    {
        Name = name;
        Version = version;
        Extension = extension;
    }

    /// <summary>The name, normalized. The grammar lets names pass that no project can have; compare, don't trust.</summary>
    public string Name { get; }

    public PackageVersion Version { get; }

    /// <summary><c>.tar.gz</c> or <c>.zip</c>.</summary>
    public string Extension { get; }

    /// <summary>Reads the filename.</summary>
    public static bool TryParse(string filename, [NotNullWhen(true)] out SdistFilename? sdist)
    {
        sdist = null;
        if (!TrySplitExtension(filename, out var stem, out var extension)) return false;
        var dash = stem.LastIndexOf('-');
        if (dash <= 0 || !PackageVersion.TryParse(stem[(dash + 1)..], out var version)) return false;
        sdist = new SdistFilename(ProjectName.Normalize(stem[..dash].ToString()), version, extension);
        return true;
    }

    /// <summary>
    /// Reads the filename as installers do on a project's page: what follows the project's name is the version, dash or
    /// not. So <c>foo-1.0-1.tar.gz</c> is version 1.0.post1 of foo there, although by itself it reads as "foo-1.0".
    /// </summary>
    public static bool TryParse(string filename, ProjectName project, [NotNullWhen(true)] out SdistFilename? sdist)
    {
        sdist = null;
        if (!TrySplitExtension(filename, out var stem, out var extension)) return false;
        var dash = DashAfter(stem, project);
        if (dash < 0 || !PackageVersion.TryParse(stem[(dash + 1)..], out var version)) return false;
        sdist = new SdistFilename(project.Value, version, extension);
        return true;
    }

    /// <summary>Where the one prefix that normalizes to the project's name ends at a dash, or -1.</summary>
    private static int DashAfter(ReadOnlySpan<char> stem, ProjectName project)
    {
        // Step through both at once: a run of separators stands for one "-".
        var name = project.Value.AsSpan();
        var at = 0;
        foreach (var expected in name)
        {
            if (at == stem.Length) return -1;
            if (expected != '-')
            {
                if (char.ToLowerInvariant(stem[at++]) != expected) return -1;
                continue;
            }
            if (!IsSeparator(stem[at])) return -1;
            while (at < stem.Length && IsSeparator(stem[at])) at++;
        }
        return at > 0 && at < stem.Length && stem[at] == '-' ? at : -1;
    }

    private static bool TrySplitExtension(string filename, out ReadOnlySpan<char> stem, out string extension)
    {
        foreach (var candidate in Extensions)
        {
            if (filename.Length > DistributionFilename.MaxLength || !filename.EndsWith(candidate, StringComparison.Ordinal)) continue;
            stem = filename.AsSpan(0, filename.Length - candidate.Length);
            extension = candidate;
            return true;
        }
        stem = default;
        extension = "";
        return false;
    }

    private static bool IsSeparator(char c) => c is '-' or '_' or '.';
}
