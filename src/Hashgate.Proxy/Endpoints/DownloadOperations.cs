using System.Diagnostics.CodeAnalysis;
using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Who was served what: the one reading of the download record, for the page, the API and its exports.</summary>
internal sealed class DownloadOperations(IDownloadLog log, TimeProvider time)
{
    /// <summary>How far back is looked where nobody says.</summary>
    public const string StandardSince = "180d";

    /// <summary>Reads what is asked for; false, and why not, where it names nothing.</summary>
    public bool TryRead(DownloadFilter filter, [NotNullWhen(true)] out DownloadsAsked? asked, [NotNullWhen(false)] out string? why)
    {
        (asked, why) = (null, null);
        ProjectName? project = null;
        Sha256Digest? sha256 = null;
        if (!ReplaySince.TryRead(filter.Since ?? StandardSince, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), out var since)) why = $"since is {Api.Quote(filter.Since)}: it must be {ReplaySince.Allowed}.";
        else if (filter.Project is not null && !Set(ProjectName.TryParse(filter.Project, out var name), name, out project)) why = $"{Api.Quote(filter.Project)} is no valid project name.";
        else if (filter.Sha256 is not null && !Set(Sha256Digest.TryParse(filter.Sha256, out var digest), digest, out sha256)) why = "sha256 must be 64 hexadecimal digits.";
        else if (project is null && sha256 is null) why = "Name a project or a sha256: whose downloads?";
        else asked = new DownloadsAsked(new DownloadQuery(since, project, filter.Filename, sha256), filter.Version);
        return asked is not null;
    }

    /// <summary>A project's downloads, as far back as is looked where nobody says.</summary>
    public DownloadsAsked OfProject(ProjectName project, string? version = null, string? filename = null)
    {
        ReplaySince.TryRead(StandardSince, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), out var since);
        return new DownloadsAsked(new DownloadQuery(since, project, filename), version);
    }

    /// <summary>The entries that match, oldest day first, those of this moment included.</summary>
    /// <exception cref="Core.Trust.StoreUnavailableException">The store can't be read.</exception>
    public async IAsyncEnumerable<Download> ReadAsync(DownloadsAsked asked, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        await foreach (var download in log.ReadAsync(asked.Query, cancellationToken))
        {
            if (asked.IsOfRelease(download)) yield return download;
        }
    }

    /// <summary>The entries summed up.</summary>
    /// <exception cref="Core.Trust.StoreUnavailableException">The store can't be read.</exception>
    public Task<BlastRadius> SumAsync(DownloadsAsked asked, CancellationToken cancellationToken) =>
        BlastRadius.OfAsync(asked.Query.Since ?? DateOnly.MinValue, ReadAsync(asked, cancellationToken), cancellationToken);

    private static bool Set<T>(bool isRead, T value, out T? set) where T : struct
    {
        set = isRead ? value : null;
        return isRead;
    }
}

/// <summary>Whose downloads, as a caller writes it.</summary>
/// <param name="Since"><c>30d</c> or a day such as <c>2026-01-31</c>; null: <see cref="DownloadOperations.StandardSince"/>.</param>
internal sealed record DownloadFilter(string? Project, string? Filename, string? Version, string? Sha256, string? Since);

/// <summary>Whose downloads.</summary>
/// <param name="version">Of this release alone, however its files' names spell it; null: of any.</param>
internal sealed class DownloadsAsked(DownloadQuery query, string? version)
{
    private readonly PackageVersion? _parsed = PackageVersion.TryParse(version, out var parsed) ? parsed : null;

    // The versions of one project: few, each met again with every client.
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    public DownloadQuery Query => query;

    public bool IsOfRelease(Download download)
    {
        if (string.IsNullOrEmpty(version)) return true;
        if (download.Version is not { } told) return false;
        if (!_known.TryGetValue(told, out var isSame)) _known[told] = isSame = told == version || (PackageVersion.TryParse(told, out var read) && read.Equals(_parsed));
        return isSame;
    }
}
