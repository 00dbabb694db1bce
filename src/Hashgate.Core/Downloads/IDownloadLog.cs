using Hashgate.Core.Packaging;

namespace Hashgate.Core.Downloads;

/// <summary>
/// Who was served which file on which day: the record that tells how far a bad release got, and that a changed policy is tried on. Kept for
/// <c>Events:Retention</c>.
/// </summary>
public interface IDownloadLog
{
    /// <summary>Counts one download; never blocks, never fails, never throws. Downloads of a file by one client on one day are one entry.</summary>
    void Record(ServedDownload download);

    /// <summary>The entries that match, oldest day first.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, CancellationToken cancellationToken);

    /// <summary>Waits until everything recorded so far is in the store, or the store turned out to be away.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>One file that goes out to one client.</summary>
/// <param name="Version">Null where the filename has no readable one.</param>
/// <param name="Client">The client's address.</param>
/// <param name="UserAgent">The tool that asked; hostile text like any header.</param>
public readonly record struct ServedDownload(ProjectName Project, string? Version, string Filename, Sha256Digest? Sha256, string Client, string? UserAgent);

/// <summary>What one client was served of one file on one day (UTC).</summary>
/// <param name="UserAgent">The last tool that asked.</param>
/// <param name="Count">How often, 1 or more.</param>
/// <param name="Last">When it was last asked for.</param>
public sealed record Download(
    DateOnly Day, ProjectName Project, string? Version, string Filename, Sha256Digest? Sha256, string Client, string? UserAgent, int Count, DateTimeOffset Last);

/// <summary>Which downloads: every filter that is set must match. Quick by project, by file and by digest; anything else reads every day's entries.</summary>
/// <param name="Since">From this day on.</param>
public sealed record DownloadQuery(DateOnly? Since = null, ProjectName? Project = null, string? Filename = null, Sha256Digest? Sha256 = null)
{
    public bool Matches(Download download) =>
        (Since is not { } since || download.Day >= since)
        && (Project is not { } project || download.Project == project)
        && (Filename is null || download.Filename == Filename)
        && (Sha256 is not { } sha256 || download.Sha256 == sha256);
}
