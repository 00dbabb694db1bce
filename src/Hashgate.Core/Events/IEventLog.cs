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

    /// <summary>Writes one event through and returns once the store has it: for what must not be done without leaving a trace. Never merged.</summary>
    /// <exception cref="Trust.StoreUnavailableException">It is not, or perhaps not, in the store.</exception>
    ValueTask<StoredEvent> RecordAsync(Event happened, CancellationToken cancellationToken);

    /// <summary>Events that match, newest first.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    /// <exception cref="FormatException">The cursor is none that this log gave out.</exception>
    ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>What came after an event and matches, oldest first; what there is now, without waiting for more.</summary>
    /// <param name="id">An event's id, or <see cref="StoredEvent.BeforeAll"/>.</param>
    /// <param name="filter">Its <see cref="EventQuery.Cursor"/> is not looked at.</param>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    /// <exception cref="FormatException">The id is none.</exception>
    ValueTask<LaterEvents> ReadAfterAsync(string id, EventQuery filter, CancellationToken cancellationToken);

    /// <summary>The newest event's id; <see cref="StoredEvent.BeforeAll"/> in an empty log. What is followed after it is all that comes from now on.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    ValueTask<string> NewestAsync(CancellationToken cancellationToken);

    /// <summary>The event with this id; null where there is none (any more), or the id is none.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// What came after an event and matches, oldest first, each once, and then what comes, of all replicas that share the store, until
    /// <paramref name="cancellationToken"/> ends it.
    /// </summary>
    /// <param name="afterId">An event's id, which need not be there any more; null, or one from beyond the newest, follows from now on.</param>
    /// <param name="filter">Its <see cref="EventQuery.Cursor"/> and <see cref="EventQuery.Limit"/> are not looked at.</param>
    /// <exception cref="Trust.StoreUnavailableException">While it is enumerated: the store can't be read. What was seen so far stands; ask again after the last id.</exception>
    /// <exception cref="FormatException">At once: the id is none.</exception>
    IAsyncEnumerable<StoredEvent> FollowAsync(string? afterId, EventQuery filter, CancellationToken cancellationToken);

    /// <summary>Counts over a time, from sums that are kept beside the events: as fast for a million events as for a few.</summary>
    /// <param name="since">Rounded down to the hour (UTC).</param>
    /// <param name="until">Rounded up to the hour (UTC).</param>
    /// <param name="step">Rounded up to whole hours.</param>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is empty, the step isn't positive, or there are more than <see cref="EventSummary.MaxSteps"/> of them.</exception>
    ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken);

    /// <summary>Waits until everything recorded so far is in the store.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>One page of events; the cursor is null on the last. A page may be shorter than asked for, even empty, and still have a cursor.</summary>
public sealed record EventPage(IReadOnlyList<StoredEvent> Events, string? NextCursor);

/// <summary>Events after an id, oldest first; like a page, they may be few or none and still not all.</summary>
/// <param name="After">The id to go on after: of the last event looked at, whether or not it matched.</param>
/// <param name="HasMore">Whether there may be more already.</param>
public sealed record LaterEvents(IReadOnlyList<StoredEvent> Events, string After, bool HasMore);

/// <summary>An event with the id that the store gave it; ids grow with time.</summary>
public sealed record StoredEvent(string Id, Event Event)
{
    /// <summary>Stands for an id from before all events of any log; no event has it.</summary>
    public const string BeforeAll = "0";
}
