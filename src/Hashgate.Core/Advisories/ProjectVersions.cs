using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>How a version stands to a record.</summary>
internal enum RecordMatch
{
    NotAffected,

    /// <summary>A range can't be put in order.</summary>
    Undecided,
    Affected,
}

/// <summary>Every version that the records of a project name, read once.</summary>
internal sealed class ProjectVersions
{
    /// <summary>The list of a version that no record lists.</summary>
    private const int NoList = -1;

    private readonly int _records;
    private readonly Dictionary<PackageVersion, int> _listOf = [];
    private readonly List<List<int>> _lists = [];
    private readonly List<(int Record, AffectedRange Range)> _ranges = [];
    private readonly Dictionary<PackageVersion, DateTimeOffset> _fixes = [];

    // The ranges' ends, in order: between two of them every version has the same fate.
    private readonly PackageVersion[] _ends;

    public ProjectVersions(ProjectName project, IReadOnlyList<OsvRecord> records)
    {
        _records = records.Count;
        var ends = new SortedSet<PackageVersion>();
        // Many records name the same versions in the same spelling.
        var read = new Dictionary<string, PackageVersion?>(StringComparer.Ordinal);
        for (var number = 0; number < records.Count; number++)
        {
            foreach (var affected in records[number].Affected.Where(a => a.Project == project))
            {
                foreach (var text in affected.Versions)
                {
                    if (Parse(text) is { } version) List(version, number);
                }
                foreach (var range in affected.Ranges)
                {
                    _ranges.Add((number, range));
                    foreach (var (kind, text) in range.Events)
                    {
                        if (Parse(text) is not { } version) continue;
                        ends.Add(version);
                        if (kind == RangeEventKind.Fixed && records[number].Modified is { } modified && (!_fixes.TryGetValue(version, out var known) || known < modified)) _fixes[version] = modified;
                    }
                }
            }
        }
        _ends = [.. ends];

        PackageVersion? Parse(string text)
        {
            if (!read.TryGetValue(text, out var version)) read[text] = version = PackageVersion.TryParse(text, out var parsed) ? parsed : null;
            return version;
        }
    }

    /// <summary>Where a version stands between the ranges' ends, and which list of records it has.</summary>
    public (int Place, int List) Find(PackageVersion version)
    {
        var index = Array.BinarySearch(_ends, version);
        return (index >= 0 ? (2 * index) + 1 : 2 * ~index, _listOf.GetValueOrDefault(version, NoList));
    }

    /// <summary>How a version stands to each record.</summary>
    /// <param name="list">Of <see cref="Find"/>.</param>
    public RecordMatch[] Match(PackageVersion version, int list)
    {
        var matches = new RecordMatch[_records];
        if (list != NoList)
        {
            foreach (var number in _lists[list]) matches[number] = RecordMatch.Affected;
        }
        foreach (var (number, range) in _ranges)
        {
            if (matches[number] == RecordMatch.Affected) continue;
            if (range.Contains(version) is not { } inRange) matches[number] = RecordMatch.Undecided;
            else if (inRange) matches[number] = RecordMatch.Affected;
        }
        return matches;
    }

    public DateTimeOffset? FixNamedAt(PackageVersion version) => _fixes.TryGetValue(version, out var named) ? named : null;

    private void List(PackageVersion version, int record)
    {
        if (!_listOf.TryGetValue(version, out var list))
        {
            _listOf[version] = list = _lists.Count;
            _lists.Add([]);
        }
        _lists[list].Add(record);
    }
}
