using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Serving;

/// <summary>One refresh of one project's page: ask the upstream, pin, keep, build.</summary>
public sealed partial class PageRefresh(
    IUpstreamClient client,
    IPageStore store,
    PagePins pins,
    ViewBuilder views,
    VanishedFiles vanished,
    PublisherRecords publishers,
    WorkTurns turns,
    IEventLog events,
    PageOptions options,
    TimeProvider time,
    ILogger<PageRefresh> logger)
{
    /// <summary>What was known of the project when this replica last read it; null where that is nothing.</summary>
    internal async Task<PageState?> LoadAsync(Upstream owner, ProjectName project) =>
        await store.GetAsync(owner.Name, project, CancellationToken.None) is { } stored ? new PageState(await BuildAsync(owner, stored, null)) : null;

    /// <summary>Asks the upstream, or takes what another replica was just told, and returns what is known then.</summary>
    /// <param name="notBefore">Since when the upstream must have been asked.</param>
    internal async Task<PageState> RunAsync(Upstream owner, ProjectName project, PageState state, DateTimeOffset notBefore)
    {
        PageSnapshot? others = null;
        var later = state.View?.Snapshot.FetchedAt is { } own && own > notBefore ? own : notBefore;
        await using var lease = await turns.TakeAsync(WorkOn(owner, project), LookAsync, CancellationToken.None);
        if (others is not null) return new PageState(await BuildAsync(owner, others, state.View));
        var snapshot = state.View?.Snapshot;
        // A page that comes back after its project was gone is read whole, whatever its serial.
        return await AskAsync(owner, project, state, snapshot?.GoneSince is null ? snapshot : null, TurnOf(lease));

        async Task<bool> LookAsync() => (others = await store.GetSharedAsync(owner.Name, project, later, CancellationToken.None)) is not null;
    }

    /// <summary>Asks the upstream and takes its page although its serial went backwards.</summary>
    internal async Task<PageState> TakeRollbackAsync(Upstream owner, ProjectName project, PageState state)
    {
        await using var lease = await turns.TakeAsync(WorkOn(owner, project), () => Task.FromResult(false), CancellationToken.None);
        return await AskAsync(owner, project, state, previous: null, TurnOf(lease));
    }

    private async Task<PageState> AskAsync(Upstream owner, ProjectName project, PageState state, PageSnapshot? previous, long turn) =>
        await client.GetPageAsync(owner, project, previous, CancellationToken.None) switch
        {
            PageFetch.Fetched fetched => await TakeAsync(owner, previous, state, fetched, turn),
            PageFetch.NotModified when previous is not null => await ConfirmAsync(owner, previous, state, turn),
            PageFetch.Gone gone => await LoseAsync(owner, state, gone.Status, turn),
            PageFetch.Failed failed => Fail(project, state, failed.Error),
            _ => Fail(project, state, new FetchError(FetchErrorKind.Malformed, "The upstream answered 304 to a request without condition.")),
        };

    /// <summary>Holds the claims of a view against the records again.</summary>
    internal Task<ProjectView> RepinAsync(ProjectView view) => BuildAsync(view.Upstream, view.Snapshot, view);

    /// <param name="previous">The page whose serial this one must not fall below; null where any is taken.</param>
    private async Task<PageState> TakeAsync(Upstream owner, PageSnapshot? previous, PageState state, PageFetch.Fetched fetched, long turn)
    {
        var now = time.GetUtcNow();
        var snapshot = new PageSnapshot(owner.Name, RemovedFiles.Carry(fetched.Page, state.View, now), fetched.ETag, fetched.LastModified, now, null);
        var rolledBack = previous?.Page.LastSerial is { } last && fetched.Page.LastSerial < last;
        if (!rolledBack)
        {
            // Packed and written while its claims are held against the records: neither has to wait for the other.
            var (keeping, building) = (Task.Run(() => KeepAsync(snapshot, turn)), BuildAsync(owner, snapshot, state.View));
            await Task.WhenAll(keeping, building);
            return Taken(await building, state.View);
        }

        // An index never goes backwards by itself: a stale mirror, or one that hides something.
        if (previous!.RollbackSince is { } since && now - since >= options.RollbackPatience)
        {
            var view = await BuildAsync(owner, snapshot, state.View);
            if (!view.Facts.Files.Any(f => f.Pin is { Outcome: Trust.PinOutcome.Changed }))
            {
                await KeepAsync(snapshot, turn);
                return Taken(view, state.View);
            }
        }
        if (previous.RollbackSince is null) RecordRollback(owner, previous, fetched);
        var kept = previous with { FetchedAt = now, RollbackSince = previous.RollbackSince ?? now };
        return await RenewAsync(kept, await BuildAsync(owner, kept, state.View), turn);
    }

    private async Task<PageState> ConfirmAsync(Upstream owner, PageSnapshot snapshot, PageState state, long turn)
    {
        var confirmed = snapshot with { FetchedAt = time.GetUtcNow(), RollbackSince = null };
        return await RenewAsync(confirmed, await BuildAsync(owner, confirmed, state.View), turn);
    }

    /// <summary>The upstream no longer has the project: what was known of it stays, each file as removed, for policy to decide on.</summary>
    private async Task<PageState> LoseAsync(Upstream owner, PageState state, int status, long turn)
    {
        var now = time.GetUtcNow();
        if (state.View is not { } view) return new PageState(null, MissingUntil: now + options.MissingFor);
        if (view.Snapshot.GoneSince is null) vanished.Tell(view, view.Facts.Files.Where(f => f.RemovedSince is null), $"the upstream now answers {status} for the project");
        var gone = view.Snapshot with { FetchedAt = now, GoneSince = view.Snapshot.GoneSince ?? now, RollbackSince = null };
        return await RenewAsync(gone, await BuildAsync(owner, gone, view), turn);
    }

    private PageState Fail(ProjectName project, PageState state, FetchError error)
    {
        LogUpstreamFailed(project.Value, error.Kind, error.Detail);
        return state with { AskAgainAt = time.GetUtcNow() + options.PauseAfterFailure, Error = error };
    }

    private async Task<ProjectView> BuildAsync(Upstream owner, PageSnapshot snapshot, ProjectView? previous)
    {
        var reading = publishers.ReadOrAsync(snapshot.Page.Project, previous?.Facts.Publishers);
        var files = await pins.PinAsync(owner, snapshot.Page, views.Describe(owner, snapshot), previous);
        return views.Build(owner, snapshot, files, await reading, previous);
    }

    private Task KeepAsync(PageSnapshot snapshot, long turn) => store.PutAsync(snapshot, turn, CancellationToken.None).AsTask();

    private PageState Taken(ProjectView view, ProjectView? before)
    {
        if (before is not null) vanished.Tell(before, VanishedFiles.Between(before, view), "the upstream's page no longer lists the file");
        return new PageState(view);
    }

    private async Task<PageState> RenewAsync(PageSnapshot snapshot, ProjectView view, long turn)
    {
        await store.RenewAsync(snapshot, turn, CancellationToken.None);
        return new PageState(view);
    }

    private static string WorkOn(Upstream owner, ProjectName project) => $"page:{owner.Name}/{project}";

    private static long TurnOf(IWorkLease? lease) => lease?.Number ?? 0;

    private void RecordRollback(Upstream owner, PageSnapshot previous, PageFetch.Fetched fetched) =>
        events.Record(new Event
        {
            Kind = EventKinds.Rollback,
            When = time.GetUtcNow(),
            Upstream = owner.Name,
            Project = fetched.Page.Project,
            Reason = $"the upstream's page went back from serial {previous.Page.LastSerial} to {fetched.Page.LastSerial}; the newer page is kept",
        });

    [LoggerMessage(2111, LogLevel.Warning, "The upstream gave no page of {Project}: {Kind}, {Detail}")]
    private partial void LogUpstreamFailed(string project, FetchErrorKind kind, string detail);
}
