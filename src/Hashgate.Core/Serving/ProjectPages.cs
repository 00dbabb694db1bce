using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Serving;

/// <summary>
/// The project pages. A page goes through these steps:
/// <list type="number">
/// <item>its one owner is found;</item>
/// <item>a fresh view is served from memory, with no call to any store;</item>
/// <item>a stale one is served while one refresh runs, an old one waits for it;</item>
/// <item>a refresh fetches, pins every claimed hash, keeps the snapshot and builds the view (<see cref="PageRefresh"/>).</item>
/// </list>
/// </summary>
public sealed partial class ProjectPages(UpstreamMap upstreams, PageRefresh refresh, ViewBuilder views, RefreshedPages refreshed, PageOptions options, TimeProvider time, ILogger<ProjectPages> logger)
{
    private static readonly TimeSpan RepinAfter = TimeSpan.FromSeconds(1);

    private readonly PageEntries _entries = new(options.MemoryBytes);

    /// <summary>Finds a project, from memory where it is fresh.</summary>
    public ValueTask<PageLookup> GetAsync(ProjectName project, CancellationToken cancellationToken) =>
        Fresh(project) is { } found ? ValueTask.FromResult<PageLookup>(found) : AskAsync(project, cancellationToken);

    /// <summary>The project where it is in memory and there is nobody to ask, nothing to decide and nothing to wait for; else null, and <see cref="GetAsync"/> tells.</summary>
    public PageLookup.Found? Fresh(ProjectName project)
    {
        if (upstreams.OwnerOf(project) is not { Enabled: true } owner || _entries.Use(project) is not { State.View: { HasUnrecorded: false, IsMissing: false } view }) return null;
        var now = time.GetUtcNow();
        return now - view.Snapshot.FetchedAt < FreshFor(view, owner) && now < view.Decision.NextChange && !views.IsOutdated(view) ? new PageLookup.Found(view, Stale: false) : null;
    }

    private async ValueTask<PageLookup> AskAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (upstreams.OwnerOf(project) is not { Enabled: true } owner) return new PageLookup.Missing();
        var entry = _entries.Get(project);
        if (!entry.IsLoaded) await entry.RunOnce(() => LoadAsync(entry, owner, project)).WaitAsync(cancellationToken);

        var state = entry.State;
        var now = time.GetUtcNow();
        if (state.View is null)
        {
            if (state.MissingUntil <= now && state.AskAgainAt <= now) await WaitAWhileAsync(RefreshAsync(entry, owner, project, now - owner.RefreshAfter), cancellationToken);
        }
        else if (now - state.View.Snapshot.FetchedAt >= FreshFor(state.View, owner) && state.AskAgainAt <= now)
        {
            var running = RefreshAsync(entry, owner, project, now - FreshFor(state.View, owner));
            // An upstream that failed last time is not waited for again: the page is marked stale instead.
            if (now - state.View.Snapshot.FetchedAt >= 2 * FreshFor(state.View, owner) && state.Error is null) await WaitAWhileAsync(running, cancellationToken);
        }
        else if (state.View.HasUnrecorded && now - state.View.Facts.Now >= RepinAfter)
        {
            await WaitAWhileAsync(entry.RunOnce(() => RepinAsync(entry, project)), cancellationToken);
        }
        return Answer(entry, owner);
    }

    /// <summary>Asks the upstream now, however fresh the page is; at most one refresh runs for a project.</summary>
    public async Task<PageLookup> RefreshAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (upstreams.OwnerOf(project) is not { Enabled: true } owner) return new PageLookup.Missing();
        var entry = _entries.Get(project);
        if (!entry.IsLoaded) await entry.RunOnce(() => LoadAsync(entry, owner, project)).WaitAsync(cancellationToken);
        await WaitAWhileAsync(RefreshAsync(entry, owner, project, time.GetUtcNow()), cancellationToken);
        return Answer(entry, owner);
    }

    /// <summary>Decides a project anew: a proof failed or succeeded, a setting changed.</summary>
    public void Redecide(ProjectName project)
    {
        if (_entries.Peek(project) is not { } entry) return;
        // First: a refresh that is under way may have looked before, and must not put an older decision back.
        entry.Outdate();
        while (entry.State is { View: { } view } state && !_entries.TrySet(entry, state, state with { View = views.Redecide(view) }))
        {
            // A refresh came between; its view may have been decided before what is decided anew.
        }
    }

    /// <summary>Holds a project's claims against the records again: an operator changed one.</summary>
    public async Task RepinAsync(ProjectName project)
    {
        if (_entries.Peek(project) is not { } entry) return;
        var isDone = false;
        // What is under way may have read the records before the change.
        while (!isDone)
        {
            await entry.RunOnce(async () =>
            {
                await RepinAsync(entry, project);
                isDone = true;
            });
        }
    }

    /// <summary>The view in memory as it is, however old; null where there is none. Asks nobody, and keeps nothing in memory for longer.</summary>
    public ProjectView? Peek(ProjectName project) => _entries.Peek(project)?.State.View;

    /// <summary>What the views in memory take.</summary>
    public PageMemory Memory => _entries.Memory;

    /// <summary>Views in memory, for readiness and for changes of policy.</summary>
    public IEnumerable<ProjectView> Loaded => _entries.Views;

    /// <summary>What the views in memory take, in bytes, approximately.</summary>
    public long MemoryBytes => _entries.Bytes;

    /// <summary>Takes an upstream's page although its serial went backwards, on an operator's word. False where there was none to be had: the word is for now only.</summary>
    public async Task<bool> TakeRollbackAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (upstreams.OwnerOf(project) is not { Enabled: true } owner) return false;
        var entry = _entries.Get(project);
        if (!entry.IsLoaded) await entry.RunOnce(() => LoadAsync(entry, owner, project)).WaitAsync(cancellationToken);
        PageState? taken = null;
        // A refresh that is under way knows nothing of the word.
        while (taken is null) await entry.RunOnce(async () => taken = await RunRefreshAsync(entry, project, state => refresh.TakeRollbackAsync(owner, project, state))).WaitAsync(cancellationToken);
        return taken is { View.Snapshot.GoneSince: null, Error: null };
    }

    private async Task LoadAsync(PageEntry entry, Upstream owner, ProjectName project)
    {
        var revision = entry.Revision;
        if (await refresh.LoadAsync(owner, project) is { } stored) Keep(entry, revision, stored);
        entry.IsLoaded = true;
    }

    private Task RefreshAsync(PageEntry entry, Upstream owner, ProjectName project, DateTimeOffset notBefore) =>
        entry.RunOnce(() => RunRefreshAsync(entry, project, state => refresh.RunAsync(owner, project, state, notBefore)));

    private async Task<PageState> RunRefreshAsync(PageEntry entry, ProjectName project, Func<PageState, Task<PageState>> run)
    {
        try
        {
            var revision = entry.Revision;
            var state = Keep(entry, revision, await run(entry.State));
            if (state is { View: { } view, Error: null }) refreshed.Add(view);
            return state;
        }
        catch (Exception error)
        {
            LogRefreshFailed(project.Value, error);
            throw;
        }
    }

    private async Task RepinAsync(PageEntry entry, ProjectName project)
    {
        var revision = entry.Revision;
        if (entry.State is { View: { } view } state) Keep(entry, revision, state with { View = await refresh.RepinAsync(view) });
        else LogNothingToPin(project.Value);
    }

    /// <summary>Puts in place what was built, decided anew where the project was outdated since it was begun.</summary>
    private PageState Keep(PageEntry entry, long revision, PageState built)
    {
        while (!_entries.TrySetBuilt(entry, revision, built))
        {
            revision = entry.Revision;
            if (built.View is { } view) built = built with { View = views.Redecide(view) };
        }
        return built;
    }

    private PageLookup Answer(PageEntry entry, Upstream owner)
    {
        var state = entry.State;
        var now = time.GetUtcNow();
        if (state.View is null)
            return state.MissingUntil > now ? new PageLookup.Missing() : new PageLookup.Unavailable(owner, state.Error ?? NoAnswerYet);
        var view = state.View;
        if (now >= view.Decision.NextChange || views.IsOutdated(view))
        {
            view = views.Redecide(view);
            // Where a refresh came between, its view is the newer one, and this one is as good as any for now.
            _entries.TrySet(entry, state, state with { View = view });
        }
        return view.IsMissing ? new PageLookup.Missing() : new PageLookup.Found(view, now - view.Snapshot.FetchedAt >= 2 * FreshFor(view, owner));
    }

    /// <summary>A project that is gone may be back any moment, and is asked for as often as one that never was.</summary>
    private TimeSpan FreshFor(ProjectView view, Upstream owner) =>
        view.Snapshot.GoneSince is not null && options.MissingFor < owner.RefreshAfter ? options.MissingFor : owner.RefreshAfter;

    private async Task WaitAWhileAsync(Task running, CancellationToken cancellationToken)
    {
        try
        {
            await running.WaitAsync(options.LongestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The older page goes out; the refresh goes on.
        }
    }

    private static readonly FetchError NoAnswerYet = new(FetchErrorKind.Unreachable, "the upstream has not answered yet");

    [LoggerMessage(2101, LogLevel.Error, "Refreshing the page of {Project} failed")]
    private partial void LogRefreshFailed(string project, Exception error);

    [LoggerMessage(2102, LogLevel.Debug, "Nothing to pin for {Project}")]
    private partial void LogNothingToPin(string project);
}
