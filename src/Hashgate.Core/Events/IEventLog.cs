namespace Hashgate.Core.Events;

/// <summary>The events, newest last, kept for a set time and bounded in number.</summary>
public interface IEventLog
{
    /// <summary>
    /// Hands an event over; never blocks, never fails, never throws. Repeats of one refusal (same kind, project, filename, rule and client)
    /// within a minute of the first become one event more, with their count. Under a flood alarms (<c>hash-mismatch</c>,
    /// <c>hash-changed</c>, <c>store-alarm</c>) are kept before all else, and what was dropped is counted in the log itself.
    /// </summary>
    void Record(Event happened);

    /// <summary>Events that match, newest first.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    /// <exception cref="FormatException">The cursor is none that this log gave out.</exception>
    ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>Waits until everything recorded so far is in the store.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>Which events: every filter that is set must match.</summary>
/// <param name="Project">A normalized name.</param>
/// <param name="Since">From this moment on.</param>
/// <param name="Until">Before this moment.</param>
/// <param name="Limit">1 to <see cref="MaxLimit"/>; anything else is taken as the nearest of them.</param>
/// <param name="Cursor">From an earlier <see cref="EventPage.NextCursor"/>; null starts at the newest.</param>
public sealed record EventQuery(
    string? Kind = null,
    string? Project = null,
    string? Rule = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    int Limit = 100,
    string? Cursor = null)
{
    public const int MaxLimit = 1000;

    /// <summary>Whether every filter lets this event through; the cursor is not looked at.</summary>
    public bool Matches(Event e) =>
        (Kind is null || e.Kind == Kind)
        && (Project is null || e.Project?.Value == Project)
        && (Rule is null || e.Rule == Rule)
        && (Since is null || e.When >= Since)
        && (Until is null || e.When < Until);
}

/// <summary>One page of events; the cursor is null on the last. A page may be shorter than asked for, even empty, and still have a cursor.</summary>
public sealed record EventPage(IReadOnlyList<StoredEvent> Events, string? NextCursor);

/// <summary>An event with the id that the store gave it; ids grow with time.</summary>
public sealed record StoredEvent(string Id, Event Event);
