using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Serving;

/// <summary>Snapshots of project pages, unfiltered, one for each upstream and project; what lets pages go on with the upstream dead.</summary>
public interface IPageStore
{
    /// <summary>The last snapshot, or null where there is none that can be read.</summary>
    ValueTask<PageSnapshot?> GetAsync(string upstream, ProjectName project, CancellationToken cancellationToken);

    /// <summary>The snapshot that another replica has kept, where the upstream was asked for it later than this; null where nobody shares.</summary>
    ValueTask<PageSnapshot?> GetSharedAsync(string upstream, ProjectName project, DateTimeOffset later, CancellationToken cancellationToken);

    /// <summary>Keeps a page in place of the one before. One that can't be kept is logged: serving goes on without.</summary>
    /// <param name="turn">
    /// The number of the lease in which the upstream was asked: other replicas see the page unless they have one of a later lease. 0 where
    /// it was asked without: the page is this replica's own.
    /// </param>
    ValueTask PutAsync(PageSnapshot snapshot, long turn, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what a snapshot says about its page (validators, times) where the page itself is the one that was put last: after a
    /// 304 a page of 100 MB is not written again. Where there is none it is put.
    /// </summary>
    /// <param name="turn">As for <see cref="PutAsync"/>.</param>
    ValueTask RenewAsync(PageSnapshot snapshot, long turn, CancellationToken cancellationToken);

    /// <summary>Every stored snapshot's upstream and project; for changes of ownership.</summary>
    IAsyncEnumerable<(string Upstream, ProjectName Project)> ListAsync(CancellationToken cancellationToken);

    ValueTask RemoveAsync(string upstream, ProjectName project, CancellationToken cancellationToken);
}

/// <summary>A page as it was fetched.</summary>
/// <param name="ETag">The upstream's validator, sent back as If-None-Match.</param>
/// <param name="LastModified">The upstream's validator where it has no ETag, as its header's text.</param>
/// <param name="FetchedAt">When the upstream last answered (200 or 304, or that it is gone).</param>
/// <param name="GoneSince">When the upstream first answered 404, 410 or 451 for a project that this page was once read from, and all its files are removed since; null while it is there.</param>
/// <param name="RollbackSince">When the upstream first offered a page with a smaller serial, which was not taken; null while it doesn't.</param>
public sealed record PageSnapshot(
    string Upstream,
    ProjectPage Page,
    string? ETag,
    string? LastModified,
    DateTimeOffset FetchedAt,
    DateTimeOffset? GoneSince,
    DateTimeOffset? RollbackSince = null);
