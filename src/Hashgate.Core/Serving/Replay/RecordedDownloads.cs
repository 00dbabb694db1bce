using System.Runtime.InteropServices;
using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Serving.Replay;

/// <summary>Recorded downloads by project, each text kept once: a million of them take less than 100 MB.</summary>
internal sealed class RecordedDownloads
{
    private readonly Dictionary<ProjectName, List<DownloadEntry>> _byProject = [];
    private readonly Dictionary<(ProjectName, string, Sha256Digest?), DownloadedFile> _files = [];
    private readonly Dictionary<string, string> _clients = new(StringComparer.Ordinal);

    /// <summary>How many entries of the record there are.</summary>
    public int Count { get; private set; }

    public IReadOnlyDictionary<ProjectName, List<DownloadEntry>> ByProject => _byProject;

    public void Add(Download download)
    {
        ref var entries = ref CollectionsMarshal.GetValueRefOrAddDefault(_byProject, download.Project, out _);
        (entries ??= []).Add(new DownloadEntry(FileOf(download), ClientOf(download.Client), download.Count, download.Day, download.Last));
        Count++;
    }

    private DownloadedFile FileOf(Download download)
    {
        ref var file = ref CollectionsMarshal.GetValueRefOrAddDefault(_files, (download.Project, download.Filename, download.Sha256), out _);
        return file ??= new DownloadedFile(download.Filename, download.Version, download.Sha256);
    }

    private string ClientOf(string client)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_clients, client, out _);
        return known ??= client;
    }
}

/// <summary>The bytes that went out under a name.</summary>
internal sealed record DownloadedFile(string Filename, string? Version, Sha256Digest? Sha256);

/// <summary>One entry of the record: what one client was served of one file on one day.</summary>
internal readonly record struct DownloadEntry(DownloadedFile File, string Client, int Count, DateOnly Day, DateTimeOffset Last);
