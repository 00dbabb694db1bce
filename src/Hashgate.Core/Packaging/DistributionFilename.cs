namespace Hashgate.Core.Packaging;

/// <summary>What a filename's own grammar says that it is.</summary>
public enum DistributionKind
{
    Wheel,
    Sdist,

    /// <summary>Neither grammar reads it: eggs, installers, odd archives, versions from before PEP 440. Served by hash like any other.</summary>
    Other,
}

/// <summary>A filename as it stands on a project's page: what it is, whose, of which version, and its key.</summary>
public sealed class DistributionFilename
{
    /// <summary>The longest filename that a grammar is asked to read: more than any file system takes.</summary>
    public const int MaxLength = 1024;

    /// <summary>The most candidates that <see cref="CandidateProjects"/> names.</summary>
    public const int MaxCandidates = 8;

    internal DistributionFilename(DistributionKind kind, PackageVersion? version, string? foreignName, FileKey key)
    {
        Kind = kind;
        Version = version;
        ForeignName = foreignName;
        Key = key;
    }

    public DistributionKind Kind { get; }

    /// <summary>The version; null exactly where the kind is <see cref="DistributionKind.Other"/>.</summary>
    public PackageVersion? Version { get; }

    /// <summary>
    /// The normalized name of the other project that the filename belongs to, if it does: such a file has no place on
    /// this page. Null where it is the page's own, which a file that no grammar reads always is.
    /// </summary>
    public string? ForeignName { get; }

    public bool IsForeign => ForeignName is not null;

    /// <summary>What the file's trust record is kept under; see <see cref="FileKey"/>.</summary>
    public FileKey Key { get; }

    /// <summary>Reads a filename found on, or asked for under, a project's page.</summary>
    public static DistributionFilename Read(ProjectName project, string filename) => new PageFilenames(project).Read(filename);

    /// <summary>Reads a filename by the grammars alone.</summary>
    internal static DistributionFilename ReadAny(ProjectName project, string filename)
    {
        if (WheelFilename.TryParse(filename, out var wheel))
        {
            return new DistributionFilename(DistributionKind.Wheel, wheel.Version, Foreign(wheel.Name, project), FileKey.Of(wheel));
        }
        if (SdistFilename.TryParse(filename, project, out var sdist) || SdistFilename.TryParse(filename, out sdist))
        {
            return new DistributionFilename(DistributionKind.Sdist, sdist.Version, Foreign(sdist.Name, project), FileKey.Of(sdist));
        }
        return new DistributionFilename(DistributionKind.Other, null, null, FileKey.OfUnreadable(filename));
    }

    private static string? Foreign(string name, ProjectName project) => name == project.Value ? null : name;

    /// <summary>
    /// The projects that a filename met outside any page, in a direct URL say, could belong to, most likely first. A
    /// wheel names its one project; of anything else each beginning before a dash may be the name: first what the sdist
    /// grammar says, then beginnings that something like a version follows, shorter ones before longer.
    /// </summary>
    public static IReadOnlyList<ProjectName> CandidateProjects(string filename)
    {
        var candidates = new List<ProjectName>();
        if (WheelFilename.TryParse(filename, out var wheel))
        {
            if (ProjectName.TryParse(wheel.Name, out var only)) candidates.Add(only);
            return candidates;
        }
        if (SdistFilename.TryParse(filename, out var sdist) && ProjectName.TryParse(sdist.Name, out var likely)) candidates.Add(likely);
        var prefixes = ValidPrefixes(filename);
        foreach (var (name, versionFollows) in prefixes.OrderByDescending(prefix => prefix.VersionFollows))
        {
            if (candidates.Count == MaxCandidates) break;
            if (!candidates.Contains(name)) candidates.Add(name);
        }
        return candidates;
    }

    private static List<(ProjectName Name, bool VersionFollows)> ValidPrefixes(string filename)
    {
        var prefixes = new List<(ProjectName, bool)>();
        // No name is longer, so neither is the search.
        var end = Math.Min(filename.Length, ProjectName.MaxLength + 1);
        for (var i = 0; i < end; i++)
        {
            if (filename[i] == '-' && ProjectName.TryParse(filename[..i], out var name)) prefixes.Add((name, StartsLikeVersion(filename.AsSpan(i + 1))));
        }
        return prefixes;
    }

    private static bool StartsLikeVersion(ReadOnlySpan<char> text)
    {
        if (text is ['v' or 'V', ..]) text = text[1..];
        return text is [>= '0' and <= '9', ..];
    }
}
