using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>
/// The advisories in force, found by project and by digest. Immutable: a change of the feed makes a new one. Withdrawn records are left
/// out, and an alias that is withdrawn makes no other record malware.
/// </summary>
public sealed class AdvisoryIndex
{
    /// <summary>No feed was loaded.</summary>
    public static readonly AdvisoryIndex Missing = new([], isLoaded: false);

    private readonly Dictionary<ProjectName, ProjectAdvisories> _byProject = [];
    private readonly Dictionary<Sha256Digest, OsvRecord> _bySha256 = [];

    /// <param name="records">Each id once, withdrawn ones included.</param>
    public AdvisoryIndex(IReadOnlyCollection<OsvRecord> records) : this(records, isLoaded: true) { }

    private AdvisoryIndex(IReadOnlyCollection<OsvRecord> records, bool isLoaded)
    {
        IsLoaded = isLoaded;
        var withdrawn = records.Where(record => record.IsWithdrawn).Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        var byProject = new Dictionary<ProjectName, List<(OsvRecord, bool)>>();
        foreach (var record in records)
        {
            if (record.IsWithdrawn) continue;
            Count++;
            var isMalware = IsMalwareId(record.Id) || record.Aliases.Any(alias => IsMalwareId(alias) && !withdrawn.Contains(alias));
            if (isMalware) MalwareCount++;
            foreach (var affected in record.Affected)
            {
                if (!byProject.TryGetValue(affected.Project, out var ofProject)) byProject[affected.Project] = ofProject = [];
                // A project's entries stand one after another, if it has several.
                if (ofProject.Count == 0 || ofProject[^1].Item1 != record) ofProject.Add((record, isMalware));
                if (isMalware)
                {
                    foreach (var digest in affected.Sha256s) _bySha256.TryAdd(digest, record);
                }
            }
        }
        foreach (var (project, ofProject) in byProject) _byProject.Add(project, new ProjectAdvisories(project, [.. ofProject]));
    }

    /// <summary>Whether a feed was loaded at all; without one nothing is known, which is not the same as nothing being wrong.</summary>
    public bool IsLoaded { get; }

    /// <summary>How many records are in force.</summary>
    public int Count { get; }

    /// <summary>How many of them call something malicious.</summary>
    public int MalwareCount { get; }

    /// <summary>The advisories on a project.</summary>
    public ProjectAdvisories For(ProjectName project) => _byProject.GetValueOrDefault(project, ProjectAdvisories.None);

    /// <summary>The record that calls an archive with this digest malicious, if one does.</summary>
    public OsvRecord? MalwareWith(Sha256Digest digest) => _bySha256.Count > 0 ? _bySha256.GetValueOrDefault(digest) : null;

    /// <summary>
    /// Whether an advisory names exactly this version as the one that fixes it, and was changed after the version was uploaded: a fix that was
    /// announced before it existed is no fix.
    /// </summary>
    public bool IsFix(ProjectName project, PackageVersion version, DateTimeOffset uploaded) =>
        For(project).FixNamedAt(version) is { } named && named > uploaded;

    private static bool IsMalwareId(string id) => id.StartsWith(OsvRecord.MalwarePrefix, StringComparison.Ordinal);
}
