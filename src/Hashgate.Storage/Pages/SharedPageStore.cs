using System.Runtime.CompilerServices;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Pages;

/// <summary>How long the shared page store is waited for, and how long it keeps a page.</summary>
public sealed record SharedPageOptions
{
    /// <summary>The longest wait for one answer, 10 ms to 10 s; then this replica's own disk has to do. Default 1 s.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it isn't asked after it gave no answer, 0 to 5 minutes. Default 5 s.</summary>
    public TimeSpan PauseAfterFailure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a page stays there that no replica refreshes, 1 minute or more. Default one day; disks keep it longer.</summary>
    public TimeSpan KeepUnused { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>
/// Several replicas' snapshots in one place that they share, in front of each replica's own disk: what one has fetched, the others need
/// not. The newer of both counts, and a page is shared only by who asked the upstream with a lease: one that hung and comes late finds the
/// page of a later turn, and leaves it. With the others' place away every replica goes on with its disk.
/// </summary>
public sealed class SharedPageStore(DiskPageStore disk, ISharedPages shared, PageLimits limits, SharedPageOptions options, TimeProvider clock, ILogger<SharedPageStore> logger) : IPageStore
{
    private long _askAgainAt;

    public async ValueTask<PageSnapshot?> GetAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
    {
        var own = await disk.ReadHeaderAsync(upstream, project, cancellationToken);
        var others = await AskHeaderAsync(upstream, project, cancellationToken);
        return others is null || own?.FetchedAt >= others.FetchedAt ? await disk.GetAsync(upstream, project, cancellationToken) : await TakeAsync(own, others, project, cancellationToken);
    }

    public async ValueTask<PageSnapshot?> GetSharedAsync(string upstream, ProjectName project, DateTimeOffset later, CancellationToken cancellationToken)
    {
        if (await AskHeaderAsync(upstream, project, cancellationToken) is not { } others || others.FetchedAt <= later) return null;
        var snapshot = await TakeAsync(await disk.ReadHeaderAsync(upstream, project, cancellationToken), others, project, cancellationToken);
        return snapshot?.FetchedAt > later ? snapshot : null;
    }

    public async ValueTask PutAsync(PageSnapshot snapshot, long turn, CancellationToken cancellationToken)
    {
        var (header, body) = PageCodec.Encode(snapshot);
        await disk.StoreAsync(header, body, cancellationToken);
        await ShareAsync(snapshot.Page.Project, turn, header, body, cancellationToken);
    }

    public async ValueTask RenewAsync(PageSnapshot snapshot, long turn, CancellationToken cancellationToken)
    {
        if (await disk.RenewHeaderAsync(snapshot, cancellationToken) is not { } header) await PutAsync(snapshot, turn, cancellationToken);
        // Shared pages come and go: one that was forgotten since is put there again.
        else if (await ShareAsync(snapshot.Page.Project, turn, header, body: null, cancellationToken) == SharedPageOutcome.BodyMissing) await PutAsync(snapshot, turn, cancellationToken);
    }

    /// <summary>This replica's own: what others have besides is asked for by name only, and ownership decides which names are asked for.</summary>
    public async IAsyncEnumerable<(string Upstream, ProjectName Project)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in disk.ListAsync(cancellationToken)) yield return page;
    }

    public async ValueTask RemoveAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
    {
        await disk.RemoveAsync(upstream, project, cancellationToken);
        await AskAsync<SharedPage>(
            async c =>
            {
                await shared.RemoveAsync(upstream, project, c);
                return null;
            }, cancellationToken);
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
        if (await AskAsync(c => shared.GetAsync(upstream, project, c), cancellationToken) is { } page && PageHeader.TryRead(page.Header, upstream, project) is { } header)
        {
            if (PageCodec.TryDecode(header, page.Body, limits, out var reason) is { } snapshot)
            {
                await disk.StoreAsync(header, page.Body, cancellationToken);
                return snapshot;
            }
            logger.Unusable(upstream, project.Value, reason);
        }
        return await disk.GetAsync(upstream, project, cancellationToken);
    }

    private async ValueTask<PageHeader?> AskHeaderAsync(string upstream, ProjectName project, CancellationToken cancellationToken) =>
        await AskAsync(c => shared.GetHeaderAsync(upstream, project, c), cancellationToken) is { } bytes ? PageHeader.TryRead(bytes, upstream, project) : null;

    /// <returns>Null where nobody was told.</returns>
    private async ValueTask<SharedPageOutcome?> ShareAsync(ProjectName project, long turn, PageHeader header, byte[]? body, CancellationToken cancellationToken)
    {
        if (turn == 0) return null;
        var told = await AskAsync<object>(async c => await shared.PutAsync(header.Upstream, project, turn, header.Body, header.ToBytes(), body, c), cancellationToken);
        if (told is SharedPageOutcome.Outdated) logger.Outdated(header.Upstream, project.Value);
        return (SharedPageOutcome?)told;
    }

    private async ValueTask<T?> AskAsync<T>(Func<CancellationToken, ValueTask<T?>> ask, CancellationToken cancellationToken) where T : class
    {
        if (clock.GetUtcNow().UtcTicks < Volatile.Read(ref _askAgainAt)) return null;
        try
        {
            return await ask(cancellationToken).AsTask().WaitAsync(options.Wait, clock, cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            Volatile.Write(ref _askAgainAt, (clock.GetUtcNow() + options.PauseAfterFailure).UtcTicks);
            logger.SharedAway(options.PauseAfterFailure, e);
            return null;
        }
    }
}
