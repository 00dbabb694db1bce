using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>Puts a project's records that speak of one flaw together, so that each flaw is told once.</summary>
internal sealed class AdvisoryGroups
{
    private readonly ProjectName _project;
    private readonly (OsvRecord Record, bool IsMalware)[] _records;
    private readonly int[][] _members;

    // What is told where every record of a group says the same, as is the rule.
    private readonly Advisory[] _whole;

    public AdvisoryGroups(ProjectName project, (OsvRecord Record, bool IsMalware)[] records)
    {
        (_project, _records) = (project, records);
        var groups = AliasGroups.Of([.. records.Select(r => r.Record)]);
        _members = [.. Enumerable.Range(0, records.Length).GroupBy(number => groups[number], (_, numbers) => numbers.ToArray())];
        _whole = [.. _members.Select(members => Join(members, isUndecided: false))];
    }

    /// <summary>The advisories of a version, by how it stands to each record.</summary>
    public VersionAdvisories Tell(RecordMatch[] matches)
    {
        var malware = new List<Advisory>();
        var vulnerabilities = new List<Advisory>();
        for (var group = 0; group < _members.Length; group++)
        {
            var members = _members[group];
            var told = Array.FindAll(members, number => matches[number] != RecordMatch.NotAffected);
            if (told.Length == 0) continue;
            var isUndecided = Array.TrueForAll(told, number => matches[number] == RecordMatch.Undecided);
            var advisory = told.Length == members.Length && !isUndecided ? _whole[group] : Join(told, isUndecided);
            (Array.Exists(told, number => _records[number].IsMalware) ? malware : vulnerabilities).Add(advisory);
        }
        if (malware.Count + vulnerabilities.Count == 0) return VersionAdvisories.None;
        malware.Sort(static (a, b) => string.CompareOrdinal(a.Record.Id, b.Record.Id));
        vulnerabilities.Sort(static (a, b) => Grade(b) != Grade(a) ? Grade(b).CompareTo(Grade(a)) : string.CompareOrdinal(a.Record.Id, b.Record.Id));
        return new VersionAdvisories(malware, vulnerabilities);
    }

    private static int Grade(Advisory advisory) => advisory.Severity is { } severity ? (int)severity : -1;

    private Advisory Join(int[] numbers, bool isUndecided)
    {
        var members = numbers.Select(number => _records[number]).ToArray();
        var speaker = members.OrderByDescending(m => m.IsMalware)
            .ThenByDescending(m => OsvRecord.IsMalwareId(m.Record.Id))
            .ThenBy(m => m.Record.Id, StringComparer.Ordinal).First();
        var ids = members.SelectMany(m => m.Record.Aliases.Prepend(m.Record.Id)).ToHashSet(StringComparer.Ordinal);
        return new Advisory(speaker.Record, ids, members.Max(m => SeverityOf(m.Record)), isUndecided);
    }

    /// <summary>The package's own severity excludes the record's (OSV schema, "severity").</summary>
    private AdvisorySeverity? SeverityOf(OsvRecord record) =>
        record.Affected.Where(a => a.Project == _project).Max(a => a.Severity) ?? record.Severity;
}
