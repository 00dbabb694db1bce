using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Core.Serving.Replay;

/// <summary>Judges downloads project by project, and counts.</summary>
internal sealed class ReplayRun(PolicyEngine engine)
{
    private readonly ReplayTally _refused = new();
    private readonly ReplayTally _audited = new();
    private readonly Dictionary<(ProjectName, string, string), UnknownFile> _unknown = [];
    private long _downloads;

    /// <param name="facts">Null where nothing is known of the project.</param>
    public void Judge(ProjectName project, IReadOnlyList<DownloadEntry> entries, ProjectFacts? facts, CancellationToken cancellationToken)
    {
        var places = new Dictionary<DownloadedFile, Place>(ReferenceEqualityComparer.Instance);
        var byKey = IndexesByKey(facts);
        ProjectDecision? decision = null;
        foreach (var entry in entries.OrderBy(e => e.Last))
        {
            _downloads += entry.Count;
            if (!places.TryGetValue(entry.File, out var place)) places[entry.File] = place = Find(project, entry.File, facts, byKey);
            if (place.WhyUnknown is { } why)
            {
                AddUnknown(project, entry, why);
                continue;
            }
            // As views do: a decision holds until a time-based finding ends, and time only goes forward here.
            if (decision is null || entry.Last >= decision.NextChange)
            {
                cancellationToken.ThrowIfCancellationRequested();
                decision = engine.Decide(facts! with { Now = entry.Last });
            }
            Count(project, entry, decision.Files[place.Index]);
        }
    }

    public ReplayResult Sum(DateOnly since) => new(
        since, _downloads, _refused.Sum(), _audited.Sum(),
        [.. _unknown.Values.OrderByDescending(f => f.Downloads).ThenBy(f => f.Project).ThenBy(f => f.Filename, StringComparer.Ordinal)]);

    private void Count(ProjectName project, DownloadEntry entry, FileDecision decision)
    {
        if (decision.IsRefused) _refused.Add(project, entry, decision.Worst!);
        else if (decision.Findings.Where(f => f is { AuditOnly: true, Waiver: null, Verdict: >= Verdict.Hold }).MaxBy(f => f.Verdict) is { } audited) _audited.Add(project, entry, audited);
    }

    private void AddUnknown(ProjectName project, DownloadEntry entry, string why)
    {
        var key = (project, entry.File.Filename, why);
        var downloads = _unknown.TryGetValue(key, out var known) ? known.Downloads : 0;
        _unknown[key] = new UnknownFile(project, entry.File.Version, entry.File.Filename, why, downloads + entry.Count);
    }

    private static Dictionary<FileKey, int> IndexesByKey(ProjectFacts? facts)
    {
        var byKey = new Dictionary<FileKey, int>();
        for (var i = 0; i < facts?.Files.Count; i++)
        {
            // Of two spellings of one file the first stands, as on the page.
            if (!facts.Files[i].Name.IsForeign) byKey.TryAdd(facts.Files[i].Name.Key, i);
        }
        return byKey;
    }

    private static Place Find(ProjectName project, DownloadedFile file, ProjectFacts? facts, Dictionary<FileKey, int> byKey)
    {
        if (facts is null) return Place.Unknown("nothing is kept of the project any more");
        if (!byKey.TryGetValue(FileKey.Of(project, file.Filename), out var index)) return Place.Unknown("the file is not on the project's page any more");
        if (facts.Files[index].Record is not { } record) return Place.Unknown("the file's trust record is gone");
        return file.Sha256 is { } served && served != record.Sha256 ? Place.Unknown("other bytes are on record under the name now") : new Place(index, null);
    }

    /// <summary>Where a downloaded file stands among the facts, or why it can't be judged.</summary>
    private readonly record struct Place(int Index, string? WhyUnknown)
    {
        public static Place Unknown(string why) => new(-1, why);
    }
}
