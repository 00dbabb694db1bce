using System.Collections.Concurrent;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>
/// The advisories on one project. Versions are read when the project is first asked for, and what is found for a version is kept: a page of
/// thousands of files asks for each version many times.
/// </summary>
public sealed class ProjectAdvisories
{
    /// <summary>Versions whose advisories are kept; those past it are worked out each time. More than any project has.</summary>
    private const int MaxKept = 20_000;

    public static readonly ProjectAdvisories None = new(default, []);

    private readonly ProjectName _project;
    private readonly (OsvRecord Record, bool IsMalware)[] _records;
    private readonly ConcurrentDictionary<PackageVersion, VersionAdvisories>? _kept;
    private readonly Lazy<Contents> _contents;
    private readonly Lazy<VersionAdvisories> _all;

    internal ProjectAdvisories(ProjectName project, (OsvRecord Record, bool IsMalware)[] records)
    {
        (_project, _records) = (project, records);
        if (records.Length > 0) _kept = new ConcurrentDictionary<PackageVersion, VersionAdvisories>(concurrencyLevel: 2, capacity: 7);
        _contents = new Lazy<Contents>(Read);
        _all = new Lazy<VersionAdvisories>(() => Tell(Enumerable.Range(0, _records.Length).ToDictionary(i => i, _ => false)));
    }

    /// <summary>Those in force, in no order.</summary>
    public IEnumerable<OsvRecord> Records => _records.Select(r => r.Record);

    /// <summary>What concerns a version; every advisory there is for a file whose version can't be read.</summary>
    public VersionAdvisories Of(PackageVersion? version)
    {
        if (_kept is null) return VersionAdvisories.None;
        if (version is null) return _all.Value;
        if (_kept.TryGetValue(version, out var known)) return known;
        var found = Tell(Match(version));
        if (_kept.Count < MaxKept) _kept.TryAdd(version, found);
        return found;
    }

    /// <summary>When an advisory that names the version as its fix was last changed; null where none names it.</summary>
    internal DateTimeOffset? FixNamedAt(PackageVersion version) =>
        _records.Length > 0 && _contents.Value.Fixes.TryGetValue(version, out var named) ? named : null;

    /// <summary>The records that concern a version, by number; true where they only may.</summary>
    private Dictionary<int, bool> Match(PackageVersion version)
    {
        var contents = _contents.Value;
        var matches = new Dictionary<int, bool>();
        if (contents.Listed.TryGetValue(version, out var listed))
        {
            foreach (var number in listed) matches[number] = false;
        }
        foreach (var (number, range) in contents.Ranges)
        {
            if (range.Contains(version) is not { } inRange) matches.TryAdd(number, true);
            else if (inRange) matches[number] = false;
        }
        return matches;
    }

    private VersionAdvisories Tell(Dictionary<int, bool> matches)
    {
        if (matches.Count == 0) return VersionAdvisories.None;
        var malware = new List<Advisory>();
        var vulnerabilities = new List<Advisory>();
        foreach (var group in matches.GroupBy(match => _contents.Value.Groups[match.Key]))
        {
            var members = group.Select(match => (_records[match.Key].Record, _records[match.Key].IsMalware, IsUndecided: match.Value)).ToArray();
            var speaker = members.OrderByDescending(m => m.IsMalware)
                .ThenByDescending(m => m.Record.Id.StartsWith(OsvRecord.MalwarePrefix, StringComparison.Ordinal))
                .ThenBy(m => m.Record.Id, StringComparer.Ordinal).First();
            var ids = members.SelectMany(m => m.Record.Aliases.Prepend(m.Record.Id)).ToHashSet(StringComparer.Ordinal);
            var advisory = new Advisory(speaker.Record, ids, members.Max(m => SeverityOf(m.Record)), members.All(m => m.IsUndecided));
            (speaker.IsMalware ? malware : vulnerabilities).Add(advisory);
        }
        return new VersionAdvisories(
            [.. malware.OrderBy(a => a.Record.Id, StringComparer.Ordinal)],
            [.. vulnerabilities.OrderByDescending(a => a.Severity ?? (AdvisorySeverity)(-1)).ThenBy(a => a.Record.Id, StringComparer.Ordinal)]);
    }

    /// <summary>The package's own severity excludes the record's (OSV schema, "severity").</summary>
    private AdvisorySeverity? SeverityOf(OsvRecord record) =>
        record.Affected.Where(a => a.Project == _project).Max(a => a.Severity) ?? record.Severity;

    /// <param name="Listed">Which records list a version.</param>
    /// <param name="Ranges">Every range, with its record's number.</param>
    /// <param name="Groups">For each record the group of those that are aliases of each other, directly or by others.</param>
    /// <param name="Fixes">Which versions are named as a fix, and when the last record that does so changed.</param>
    private sealed record Contents(
        Dictionary<PackageVersion, List<int>> Listed, List<(int Number, AffectedRange Range)> Ranges, int[] Groups, Dictionary<PackageVersion, DateTimeOffset> Fixes);

    private Contents Read()
    {
        var contents = new Contents([], [], AliasGroups.Of([.. Records]), []);
        // Many records list the same versions in the same spelling.
        var read = new Dictionary<string, PackageVersion?>(StringComparer.Ordinal);
        for (var number = 0; number < _records.Length; number++)
        {
            var record = _records[number].Record;
            foreach (var affected in record.Affected.Where(a => a.Project == _project))
            {
                foreach (var text in affected.Versions)
                {
                    if (Parse(text) is not { } version) continue;
                    if (!contents.Listed.TryGetValue(version, out var numbers)) contents.Listed[version] = numbers = [];
                    numbers.Add(number);
                }
                foreach (var range in affected.Ranges)
                {
                    contents.Ranges.Add((number, range));
                    foreach (var (kind, text) in range.Events)
                    {
                        if (kind == RangeEventKind.Fixed && record.Modified is { } modified && Parse(text) is { } version
                            && (!contents.Fixes.TryGetValue(version, out var known) || known < modified)) contents.Fixes[version] = modified;
                    }
                }
            }
        }
        return contents;

        PackageVersion? Parse(string text)
        {
            if (!read.TryGetValue(text, out var version)) read[text] = version = PackageVersion.TryParse(text, out var parsed) ? parsed : null;
            return version;
        }
    }
}
