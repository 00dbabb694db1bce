using System.Runtime.CompilerServices;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Storage.Redis;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Pages;

/// <summary>How long the shared page store is waited for, and how long it keeps a page.</summary>
public sealed record SharedPageOptions
{
    /// <summary>The longest wait for one answer, 10 ms to 10 s; then this replica's own disk has to do. Default 1 s.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it isn't asked after it gave no answer, 0 to 5 minutes. Default 5 s.</summary>
    public TimeSpan PauseAfterFailure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a page stays there that no replica asks for, 1 minute or more. Default one day; disks keep it longer.</summary>
    public TimeSpan KeepUnused { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>
/// Several replicas' snapshots in one distributed cache, in front of each replica's own disk: what one has fetched, the others
/// need not. The newer of both counts. With the cache away every replica goes on with its disk.
/// </summary>
public sealed class SharedPageStore(DiskPageStore disk, IDistributedCache shared, PageLimits limits, SharedPageOptions options, TimeProvider clock, ILogger<SharedPageStore> logger) : IPageStore
{
    private readonly DistributedCacheEntryOptions _keep = new() { SlidingExpiration = options.KeepUnused };
    private long _askAgainAt;

    public async ValueTask<PageSnapshot?> GetAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
    {
        var own = await disk.ReadHeaderAsync(upstream, project, cancellationToken);
        var bytes = await AskAsync(c => shared.GetAsync(HeaderKey(upstream, project), c), cancellationToken);
        var others = bytes is null ? null : PageHeader.TryRead(bytes, upstream, project);
        return others is null || own?.FetchedAt >= others.FetchedAt ? await disk.GetAsync(upstream, project, cancellationToken) : await TakeAsync(own, others, project, cancellationToken);
    }

    public async ValueTask<PageSnapshot?> GetSharedAsync(string upstream, ProjectName project, DateTimeOffset later, CancellationToken cancellationToken)
    {
        var bytes = await AskAsync(c => shared.GetAsync(HeaderKey(upstream, project), c), cancellationToken);
        if ((bytes is null ? null : PageHeader.TryRead(bytes, upstream, project)) is not { } others || others.FetchedAt <= later) return null;
        var snapshot = await TakeAsync(await disk.ReadHeaderAsync(upstream, project, cancellationToken), others, project, cancellationToken);
        return snapshot?.FetchedAt > later ? snapshot : null;
    }

    /// <summary>The page that another replica has kept, which becomes this one's own; this one's own where the other's isn't to be had.</summary>
    private async ValueTask<PageSnapshot?> TakeAsync(PageHeader? own, PageHeader others, ProjectName project, CancellationToken cancellationToken)
    {
        var upstream = others.Upstream;
        if (own?.Body == others.Body && await disk.GetAsync(upstream, project, cancellationToken) is { } same)
        {
            var renewed = others.With(same.Page);
            await disk.RenewHeaderAsync(renewed, cancellationToken);
            return renewed;
        }
        if (await AskAsync(c => shared.GetAsync(BodyKey(others), c), cancellationToken) is { } body)
        {
            if (PageCodec.TryDecode(others, body, limits, out var reason) is { } snapshot)
            {
                await disk.StoreAsync(others, body, cancellationToken);
                return snapshot;
            }
            logger.Unusable(upstream, project.Value, reason);
        }
        return await disk.GetAsync(upstream, project, cancellationToken);
    }

    public async ValueTask PutAsync(PageSnapshot snapshot, CancellationToken cancellationToken)
    {
        var old = await disk.ReadHeaderAsync(snapshot.Upstream, snapshot.Page.Project, cancellationToken);
        var (header, body) = PageCodec.Encode(snapshot);
        await disk.StoreAsync(header, body, cancellationToken);
        // The body before the header that names it.
        await TellAsync(c => shared.SetAsync(BodyKey(header), body, _keep, c), cancellationToken);
        await TellAsync(c => shared.SetAsync(HeaderKey(snapshot.Upstream, snapshot.Page.Project), header.ToBytes(), _keep, c), cancellationToken);
        if (old is not null && old.Body != header.Body) await TellAsync(c => shared.RemoveAsync(BodyKey(old), c), cancellationToken);
    }

    public async ValueTask RenewAsync(PageSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (await disk.RenewHeaderAsync(snapshot, cancellationToken) is not { } header)
        {
            await PutAsync(snapshot, cancellationToken);
            return;
        }
        await TellAsync(c => shared.RefreshAsync(BodyKey(header), c), cancellationToken);
        await TellAsync(c => shared.SetAsync(HeaderKey(snapshot.Upstream, snapshot.Page.Project), header.ToBytes(), _keep, c), cancellationToken);
    }

    /// <summary>This replica's own: what others have besides is asked for by name only, and ownership decides which names are asked for.</summary>
    public async IAsyncEnumerable<(string Upstream, ProjectName Project)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in disk.ListAsync(cancellationToken)) yield return page;
    }

    public async ValueTask RemoveAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
    {
        await disk.RemoveAsync(upstream, project, cancellationToken);
        await TellAsync(c => shared.RemoveAsync(HeaderKey(upstream, project), c), cancellationToken);
    }

    // Names hold neither '/' nor ':'.
    private static string HeaderKey(string upstream, ProjectName project) => $"page:{upstream}/{project}";

    private static string BodyKey(PageHeader header) => $"page:{header.Upstream}/{header.Project}:{header.Body}";

    private async Task TellAsync(Func<CancellationToken, Task> tell, CancellationToken cancellationToken) => await AskAsync(
        async c =>
        {
            await tell(c);
            return null;
        }, cancellationToken);

    private async Task<byte[]?> AskAsync(Func<CancellationToken, Task<byte[]?>> ask, CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow().UtcTicks < Volatile.Read(ref _askAgainAt)) return null;
        try
        {
            return await ask(cancellationToken).WaitAsync(options.Wait, clock, cancellationToken);
        }
        catch (Exception e) when (RedisConnection.IsOutage(e, cancellationToken))
        {
            Volatile.Write(ref _askAgainAt, (clock.GetUtcNow() + options.PauseAfterFailure).UtcTicks);
            logger.SharedAway(options.PauseAfterFailure, e);
            return null;
        }
    }
}
