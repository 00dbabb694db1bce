using System.Collections.Concurrent;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>
/// The advisories in force, found by project and by digest. A change of the feed makes a new one. Withdrawn records are left out, and an
/// alias that is withdrawn makes no other record malware. A project's records are read when it is first asked for. Safe for concurrent use.
/// </summary>
public sealed class AdvisoryIndex
{
    /// <summary>No feed was loaded.</summary>
    public static readonly AdvisoryIndex Missing = new(PackedAdvisories.Of([]), isLoaded: false);

    /// <summary>The JSON, in bytes, of the records that are kept as they were read; read anew past that. As objects they take some four times as much.</summary>
    private const int MaxReadBytes = 4 << 20;

    private readonly PackedAdvisories _records;

    // A project's records are a chain that begins at the last one; a number below 0 ends it.
    private readonly Dictionary<ProjectName, int> _lastOf;
    private readonly List<(int Record, bool IsMalware, int Before)> _links;
    private readonly Dictionary<Sha256Digest, int> _bySha256 = [];
    private readonly ConcurrentDictionary<ProjectName, ProjectAdvisories> _read = [];
    private long _readBytes;

    /// <param name="records">Each id once, withdrawn ones included.</param>
    public AdvisoryIndex(IEnumerable<OsvRecord> records) : this(PackedAdvisories.Of(records)) { }

    /// <param name="records">Withdrawn ones included.</param>
    public AdvisoryIndex(PackedAdvisories records) : this(records, isLoaded: true) { }

    private AdvisoryIndex(PackedAdvisories records, bool isLoaded)
    {
        _records = records;
        IsLoaded = isLoaded;
        _lastOf = new Dictionary<ProjectName, int>(records.Count);
        _links = new List<(int, bool, int)>(records.Count);
        var withdrawn = records.Entries.Where(entry => entry.IsWithdrawn).Select(entry => entry.Id).ToHashSet(StringComparer.Ordinal);
        for (var number = 0; number < records.Count; number++)
        {
            var entry = records.Entries[number];
            if (entry.IsWithdrawn) continue;
            Count++;
            var isMalware = OsvRecord.IsMalwareId(entry.Id) || entry.MalwareAliases.Any(alias => !withdrawn.Contains(alias));
            if (isMalware) MalwareCount++;
            foreach (var project in entry.Projects)
            {
                _links.Add((number, isMalware, _lastOf.GetValueOrDefault(project, -1)));
                _lastOf[project] = _links.Count - 1;
            }
            if (!isMalware) continue;
            foreach (var digest in entry.Sha256s) _bySha256.TryAdd(digest, number);
        }
    }

    /// <summary>Whether a feed was loaded at all; without one nothing is known, which is not the same as nothing being wrong.</summary>
    public bool IsLoaded { get; }

    /// <summary>How many records are in force.</summary>
    public int Count { get; }

    /// <summary>How many of them call something malicious.</summary>
    public int MalwareCount { get; }

    /// <summary>The advisories on a project.</summary>
    /// <exception cref="InvalidDataException">They aren't what was packed.</exception>
    public ProjectAdvisories For(ProjectName project)
    {
        if (!_lastOf.TryGetValue(project, out var last)) return ProjectAdvisories.None;
        return _read.TryGetValue(project, out var known) ? known : Read(project, last);
    }

    /// <summary>The record that calls an archive with this digest malicious, if one does.</summary>
    /// <exception cref="InvalidDataException">It isn't what was packed.</exception>
    public OsvRecord? MalwareWith(Sha256Digest digest) => _bySha256.Count > 0 && _bySha256.TryGetValue(digest, out var number) ? _records.Read(number) : null;

    /// <summary>
    /// Whether an advisory names exactly this version as the one that fixes it, and was changed after the version was uploaded: a fix that was
    /// announced before it existed is no fix.
    /// </summary>
    public bool IsFix(ProjectName project, PackageVersion version, DateTimeOffset uploaded) =>
        For(project).FixNamedAt(version) is { } named && named > uploaded;

    private ProjectAdvisories Read(ProjectName project, int last)
    {
        var pool = new OsvTextPool();
        var records = new List<(OsvRecord, bool)>();
        var bytes = 0L;
        for (var link = last; link >= 0; link = _links[link].Before)
        {
            var (number, isMalware, _) = _links[link];
            records.Add((_records.Read(number, pool), isMalware));
            bytes += _records.Entries[number].Length;
        }
        records.Reverse();
        if (Interlocked.Add(ref _readBytes, bytes) > MaxReadBytes)
        {
            // Who asks for that many projects has seen most of them for the last time.
            Interlocked.Exchange(ref _readBytes, bytes);
            _read.Clear();
        }
        return _read.GetOrAdd(project, new ProjectAdvisories(project, [.. records]));
    }
}
