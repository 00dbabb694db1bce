using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Core.Serving.Replay;

/// <summary>Counts downloads by file and rule.</summary>
internal sealed class ReplayTally
{
    private readonly Dictionary<(ProjectName, string Filename, string Rule), Row> _rows = [];
    private readonly HashSet<string> _clients = new(StringComparer.Ordinal);

    public void Add(ProjectName project, DownloadEntry entry, Finding finding)
    {
        var key = (project, entry.File.Filename, finding.Rule);
        if (!_rows.TryGetValue(key, out var row)) _rows[key] = row = new Row(project, entry.File, finding.Rule, RefusalPhrase.Brief(finding.Reason), entry.Day);
        row.Downloads += entry.Count;
        row.LastDay = entry.Day;
        row.Clients.Add(entry.Client);
        _clients.Add(entry.Client);
    }

    public ReplayFindings Sum() => new(
        [.. _rows.Values.Select(r => r.ToFile()).OrderByDescending(f => f.Downloads).ThenBy(f => f.Project).ThenBy(f => f.Filename, StringComparer.Ordinal)],
        _clients.Count);

    /// <summary>Entries come in the order of time.</summary>
    private sealed class Row(ProjectName project, DownloadedFile file, string rule, string reason, DateOnly firstDay)
    {
        public long Downloads { get; set; }
        public DateOnly LastDay { get; set; }
        public HashSet<string> Clients { get; } = new(StringComparer.Ordinal);

        public ReplayedFile ToFile() => new(
            project, file.Version, file.Filename, rule, reason, Downloads, Clients.Count, [.. Clients.Order(StringComparer.Ordinal).Take(ReplayedFile.MaxClients)], firstDay, LastDay);
    }
}
