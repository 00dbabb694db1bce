using Hashgate.Core.Trust;

namespace Hashgate.Core.Policy;

/// <summary>When a project's files and releases began to be known; looked up once for each view, whatever rules ask for it.</summary>
public sealed class ProjectTimes
{
    /// <summary>Replicas that read a first page at the same moment record its files a little apart.</summary>
    private static readonly TimeSpan SnapshotSpan = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset? _firstSeen;
    private readonly Dictionary<string, DateTimeOffset> _releases = new(StringComparer.Ordinal);

    private ProjectTimes(IReadOnlyList<FileFacts> files)
    {
        foreach (var file in files)
        {
            if (file.Record is { FirstSeen: var seen } && !(seen >= _firstSeen)) _firstSeen = seen;
            if (file.Name.Version is not { Canonical: var version } || file.Start is not { } start) continue;
            if (!_releases.TryGetValue(version, out var first) || start < first) _releases[version] = start;
        }
    }

    /// <summary>Reads the times of a project's files.</summary>
    public static ProjectTimes Of(IReadOnlyList<FileFacts> files) => new(files);

    /// <summary>Whether a record is of the first page of its project that was ever read: all of one page are recorded at one moment.</summary>
    public bool IsOfFirstSnapshot(TrustRecord record) => record.FirstSeen - _firstSeen <= SnapshotSpan;

    /// <summary>The earliest start among the files of a file's version; null where it has no readable version, or no start is known.</summary>
    public DateTimeOffset? ReleaseStart(FileFacts file) =>
        file.Name.Version is { Canonical: var version } && _releases.TryGetValue(version, out var start) ? start : null;
}
