namespace Hashgate.Core.Events;

/// <summary>The events, newest last, kept for a set time and bounded in number.</summary>
public interface IEventLog
{
    /// <summary>
    /// Hands an event over; never blocks, never fails, never throws. Under a flood alarms (<c>hash-mismatch</c>, <c>hash-changed</c>,
    /// <c>store-alarm</c>) are kept before all else, and what was dropped is counted in the log itself.
    /// </summary>
    void Record(Event happened);

    /// <summary>Events that match, newest first.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>Waits until everything recorded so far is in the store.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>Which events: every filter that is set must match.</summary>
/// <param name="Limit">1 to 1000.</param>
/// <param name="Cursor">From an earlier <see cref="EventPage.NextCursor"/>; null starts at the newest.</param>
public sealed record EventQuery(
    string? Kind = null,
    string? Project = null,
    string? Rule = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    int Limit = 100,
    string? Cursor = null);

/// <summary>One page of events; the cursor is null on the last.</summary>
public sealed record EventPage(IReadOnlyList<StoredEvent> Events, string? NextCursor);

/// <summary>An event with the id that the store gave it; ids grow with time.</summary>
public sealed record StoredEvent(string Id, Event Event);
