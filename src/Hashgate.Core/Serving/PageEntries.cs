using System.Collections.Concurrent;
using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>What is in memory of each project, bounded: the least recently used views are dropped, and come back from the page store.</summary>
internal sealed class PageEntries(long memoryBytes)
{
    private readonly ConcurrentDictionary<ProjectName, PageEntry> _entries = new();
    private readonly Lock _trimming = new();
    private long _clock;
    private long _bytes;

    /// <summary>Entries without a view (missing projects) cost little, but clients choose how many there are.</summary>
    private const int MaxEntries = 200_000;

    /// <summary>What all views take, in bytes, approximately.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public PageEntry Get(ProjectName project) => Use(_entries.GetOrAdd(project, static _ => new PageEntry()));

    /// <summary>What is in memory already, if anything.</summary>
    public PageEntry? Use(ProjectName project) => _entries.TryGetValue(project, out var entry) ? Use(entry) : null;

    private PageEntry Use(PageEntry entry)
    {
        entry.LastUsed = Interlocked.Increment(ref _clock);
        return entry;
    }

    public PageEntry? Peek(ProjectName project) => _entries.GetValueOrDefault(project);

    public PageMemory Memory => new(_entries.Values.Count(e => e.State.View is not null), Bytes, memoryBytes);

    public IEnumerable<ProjectView> Views => _entries.Values.Select(e => e.State.View).OfType<ProjectView>();

    /// <summary>
    /// Replaces what is known with what was built, unless the project was outdated since <paramref name="revision"/>: then false, and it is
    /// to be decided anew first.
    /// </summary>
    public bool TrySetBuilt(PageEntry entry, long revision, PageState state)
    {
        if (!entry.TryExchangeAt(revision, state, out var before)) return false;
        Count(entry, before, state);
        return true;
    }

    private void Count(PageEntry entry, PageState before, PageState state)
    {
        if (entry.IsDropped) return;
        var change = (state.View?.ApproximateSize ?? 0) - (before.View?.ApproximateSize ?? 0);
        if (Interlocked.Add(ref _bytes, change) > memoryBytes || _entries.Count > MaxEntries) Trim();
    }

    /// <summary>Replaces what is known unless somebody else did since it was read; false where so.</summary>
    public bool TrySet(PageEntry entry, PageState expected, PageState state)
    {
        if (!entry.TryExchange(expected, state)) return false;
        Count(entry, expected, state);
        return true;
    }

    private void Trim()
    {
        lock (_trimming)
        {
            var goal = memoryBytes - memoryBytes / 8;
            var most = MaxEntries - MaxEntries / 8;
            var newest = Volatile.Read(ref _clock);
            foreach (var (project, entry) in _entries.OrderBy(e => e.Value.LastUsed))
            {
                if (Volatile.Read(ref _bytes) <= goal && _entries.Count <= most) return;
                if (entry.LastUsed == newest || entry.IsBusy) continue;
                if (!_entries.TryRemove(project, out _)) continue;
                entry.IsDropped = true;
                Interlocked.Add(ref _bytes, -(entry.Exchange(PageState.Unknown).View?.ApproximateSize ?? 0));
            }
        }
    }
}

/// <summary>What views take in memory.</summary>
/// <param name="Count">How many projects.</param>
/// <param name="Bytes">Approximately.</param>
/// <param name="MaxBytes">The most that they may take (<c>Cache:PageMemoryBytes</c>).</param>
public sealed record PageMemory(int Count, long Bytes, long MaxBytes);

/// <summary>One project in memory.</summary>
internal sealed class PageEntry
{
    private readonly Lock _lock = new();
    private PageState _state = PageState.Unknown;
    private Task? _running;
    private bool _isLoaded;
    private long _revision;

    public long LastUsed { get; set; }

    /// <summary>No longer in memory: whoever still holds it finishes with it, and it counts for nothing.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Whether the stored page was looked for.</summary>
    public bool IsLoaded
    {
        get => Volatile.Read(ref _isLoaded);
        set => Volatile.Write(ref _isLoaded, value);
    }

    public PageState State => Volatile.Read(ref _state);

    public bool IsBusy => Volatile.Read(ref _running) is not null;

    /// <summary>Grows whenever something became known that is not policy's and that earlier decisions lack, such as a failed proof.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>What is being built from here on backwards lacks something: it is not to be put in place as it is.</summary>
    public void Outdate()
    {
        lock (_lock) _revision++;
    }

    public PageState Exchange(PageState state)
    {
        lock (_lock)
        {
            var before = _state;
            Volatile.Write(ref _state, state);
            return before;
        }
    }

    public bool TryExchange(PageState expected, PageState state)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_state, expected)) return false;
            Volatile.Write(ref _state, state);
            return true;
        }
    }

    /// <summary>Replaces the state unless the entry was outdated since.</summary>
    public bool TryExchangeAt(long revision, PageState state, out PageState before)
    {
        lock (_lock)
        {
            before = _state;
            if (_revision != revision) return false;
            Volatile.Write(ref _state, state);
            return true;
        }
    }

    /// <summary>Joins the work under way on this project, or starts it; detached from whoever asks.</summary>
    public Task RunOnce(Func<Task> work)
    {
        lock (_lock)
        {
            return _running ??= Task.Run(async () =>
            {
                try
                {
                    await work();
                }
                finally
                {
                    lock (_lock) _running = null;
                }
            });
        }
    }
}

/// <summary>What is known of a project now.</summary>
/// <param name="MissingUntil">Until when "no such project" is believed.</param>
/// <param name="AskAgainAt">The earliest moment to ask the upstream again after a failure.</param>
/// <param name="Error">Why the last refresh failed.</param>
internal sealed record PageState(ProjectView? View, DateTimeOffset MissingUntil = default, DateTimeOffset AskAgainAt = default, FetchError? Error = null)
{
    public static readonly PageState Unknown = new((ProjectView?)null);
}
