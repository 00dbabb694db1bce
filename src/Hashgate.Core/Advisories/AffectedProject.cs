using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>One entry of <c>affected</c>: a project of PyPI with the versions and ranges named for it.</summary>
public sealed class AffectedProject
{
    private readonly string[] _versions;
    private readonly IReadOnlyList<AffectedRange> _ranges;

    // Parsed when first asked for: of a feed's hundreds of thousands of versions hardly any ever is.
    private HashSet<PackageVersion>? _parsedVersions;

    /// <summary>Takes the entry's parts.</summary>
    /// <param name="project"><c>package.name</c></param>
    /// <param name="versions"><c>versions</c>, as written.</param>
    /// <param name="ranges">The <c>ranges</c> of type ECOSYSTEM; those of type GIT say nothing about releases.</param>
    public AffectedProject(ProjectName project, IEnumerable<string> versions, IReadOnlyList<AffectedRange> ranges)
    {
        Project = project;
        _versions = [.. versions];
        _ranges = ranges;
    }

    public ProjectName Project { get; }

    /// <summary><c>versions</c>, as written.</summary>
    public IReadOnlyList<string> Versions => _versions;

    /// <summary>The <c>ranges</c> of type ECOSYSTEM.</summary>
    public IReadOnlyList<AffectedRange> Ranges => _ranges;

    /// <summary>How grave it is for this project; null where the record's own severity counts.</summary>
    public AdvisorySeverity? Severity { get; init; }

    /// <summary>
    /// The archives of the project that are known to be harmful by themselves
    /// (<c>database_specific.indicators.package_integrity</c>); never the digests of files within them.
    /// </summary>
    public IReadOnlyList<Sha256Digest> Sha256s { get; init; } = [];

    /// <summary>Holds one version against the entry.</summary>
    /// <param name="version">The version as written.</param>
    /// <param name="parsed">The same as a version; null where it is none, which no range can place.</param>
    public AffectedMatch Match(string version, PackageVersion? parsed)
    {
        var exact = _versions.Contains(version, StringComparer.Ordinal);
        var match = new AffectedMatch(exact, parsed is not null && ParsedVersions.Contains(parsed), InRanges: null, HasUnreadableRange: false);
        foreach (var range in _ranges)
        {
            var inRange = range.Contains(parsed);
            match = match.Or(new AffectedMatch(false, false, inRange, HasUnreadableRange: inRange is null));
        }
        return match;
    }

    private HashSet<PackageVersion> ParsedVersions => _parsedVersions ??= ParseVersions();

    private HashSet<PackageVersion> ParseVersions()
    {
        var parsed = new HashSet<PackageVersion>();
        foreach (var text in _versions)
        {
            if (PackageVersion.TryParse(text, out var version)) parsed.Add(version);
        }
        return parsed;
    }
}
