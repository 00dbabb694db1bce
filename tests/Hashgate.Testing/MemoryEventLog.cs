using System.Globalization;
using Hashgate.Core.Events;

namespace Hashgate.Testing;

/// <summary>Events in a list, for tests to look at.</summary>
public sealed class MemoryEventLog : IEventLog
{
    private readonly Lock _lock = new();
    private readonly List<Event> _events = [];

    /// <summary>What was recorded so far, oldest first.</summary>
    public IReadOnlyList<Event> Recorded
    {
        get
        {
            lock (_lock) return [.. _events];
        }
    }

    public void Record(Event happened)
    {
        lock (_lock) _events.Add(happened);
    }

    public ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var before = query.Cursor is null ? long.MaxValue : long.Parse(query.Cursor, CultureInfo.InvariantCulture);
        var matching = Recorded.Select((e, i) => (Id: i + 1L, Event: e)).Where(e => e.Id < before && query.Matches(e.Event)).Reverse().ToList();
        var page = matching.Take(Math.Clamp(query.Limit, 1, EventQuery.MaxLimit)).Select(e => new StoredEvent(e.Id.ToString(CultureInfo.InvariantCulture), e.Event)).ToList();
        return ValueTask.FromResult(new EventPage(page, matching.Count > page.Count ? page[^1].Id : null));
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
