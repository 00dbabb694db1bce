using System.Collections.Concurrent;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>
/// The advisories on one project. Versions are read when the project is first asked for. What is found for a version is kept for all that
/// stand at the same place between the ranges' ends and are listed by the same records: a page of thousands of files costs little.
/// </summary>
public sealed class ProjectAdvisories
{
    public static readonly ProjectAdvisories None = new(default, []);

    private readonly (OsvRecord Record, bool IsMalware)[] _records;
    private readonly Lazy<ProjectVersions> _versions;
    private readonly Lazy<AdvisoryGroups> _groups;
    private readonly Lazy<VersionAdvisories> _all;
    private readonly ConcurrentDictionary<(int Place, int List), VersionAdvisories>? _kept;

    internal ProjectAdvisories(ProjectName project, (OsvRecord Record, bool IsMalware)[] records)
    {
        _records = records;
        _versions = new Lazy<ProjectVersions>(() => new ProjectVersions(project, [.. Records]));
        _groups = new Lazy<AdvisoryGroups>(() => new AdvisoryGroups(project, _records));
        _all = new Lazy<VersionAdvisories>(() => _groups.Value.Tell(Enumerable.Repeat(RecordMatch.Affected, _records.Length).ToArray()));
        if (records.Length > 0) _kept = new ConcurrentDictionary<(int, int), VersionAdvisories>(concurrencyLevel: 2, capacity: 7);
    }

    /// <summary>Those in force, in no order.</summary>
    public IEnumerable<OsvRecord> Records => _records.Select(r => r.Record);

    /// <summary>What concerns a version; every advisory there is for a file whose version can't be read.</summary>
    public VersionAdvisories Of(PackageVersion? version)
    {
        if (_kept is null) return VersionAdvisories.None;
        if (version is null) return _all.Value;
        var versions = _versions.Value;
        var key = versions.Find(version);
        return _kept.TryGetValue(key, out var known) ? known : _kept.GetOrAdd(key, _groups.Value.Tell(versions.Match(version, key.List)));
    }

    /// <summary>When an advisory that names the version as its fix was last changed; null where none names it.</summary>
    internal DateTimeOffset? FixNamedAt(PackageVersion version) => _records.Length > 0 ? _versions.Value.FixNamedAt(version) : null;
}
