using Hashgate.Core.Events;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Events;

/// <summary>
/// Counts repeats of a refusal: the first of them passes at once, those of the next minute come out as one event when it is
/// over. Not safe for threads.
/// </summary>
internal sealed class RepeatMerger(TimeSpan within, int capacity)
{
    private readonly record struct Key(string Kind, ProjectName? Project, string? Filename, string? Rule, string? Client);

    private sealed record Window(DateTimeOffset Ends, Event? Last, int Count);

    private readonly Dictionary<Key, Window> _windows = [];

    /// <summary>How many refusals are being counted.</summary>
    public int Count => _windows.Count;

    /// <summary>Whether the event is a repeat and is counted; else it is to be written.</summary>
    public bool TryCount(Event happened, DateTimeOffset now)
    {
        if (!EventKinds.IsRefusal(happened.Kind)) return false;
        var key = new Key(happened.Kind, happened.Project, happened.Filename, happened.Rule, happened.Client);
        var known = _windows.TryGetValue(key, out var window);
        // A count that waits to be taken goes on growing past its minute: under a flood nobody may come for it soon.
        if (known && (now < window!.Ends || window.Last is not null))
        {
            _windows[key] = window with { Last = happened, Count = (int)Math.Min((long)window.Count + happened.Count, int.MaxValue) };
            return true;
        }
        if (known || _windows.Count < capacity) _windows[key] = new Window(now + within, null, 0);
        return false;
    }

    /// <summary>Takes the counted repeats whose minute is over; all of them where <paramref name="now"/> is null, their minutes then go on.</summary>
    public List<Event> Take(DateTimeOffset? now)
    {
        var taken = new List<Event>();
        foreach (var (key, window) in _windows)
        {
            if (now < window.Ends) continue;
            if (window.Last is { } last) taken.Add(last with { Count = window.Count });
            if (now is null) _windows[key] = window with { Last = null, Count = 0 };
            else _windows.Remove(key);
        }
        return taken;
    }
}
