using Hashgate.Core.Events;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Events;

/// <summary>Where events are kept. Several may append at once; anyone queries.</summary>
public interface IEventStore
{
    /// <summary>Whether other processes append to it too, which only looking tells of.</summary>
    bool IsShared { get; }

    /// <summary>Appends the events in this order, and adds them to the sums in the same step.</summary>
    /// <returns>The same events with their ids.</returns>
    /// <exception cref="StoreUnavailableException">They are not, or perhaps not, in the store.</exception>
    ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken);

    /// <inheritdoc cref="IEventLog.QueryAsync"/>
    ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken);

    /// <inheritdoc cref="IEventLog.ReadAfterAsync"/>
    ValueTask<LaterEvents> ReadAfterAsync(string id, EventQuery filter, CancellationToken cancellationToken);

    /// <inheritdoc cref="IEventLog.FindAsync"/>
    ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken);

    /// <inheritdoc cref="IEventLog.NewestAsync"/>
    ValueTask<string> NewestAsync(CancellationToken cancellationToken);

    /// <summary>Compares two ids as <see cref="IComparer{T}"/> does: the lesser is the older event's.</summary>
    /// <exception cref="FormatException">One is no id of this store.</exception>
    int Compare(string id, string other);

    /// <inheritdoc cref="IEventLog.SummarizeAsync"/>
    ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken);

    /// <summary>Removes events and sums from before a moment, and the oldest of those events that are too many.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be written.</exception>
    ValueTask TrimAsync(DateTimeOffset before, long maxCount, CancellationToken cancellationToken);
}
