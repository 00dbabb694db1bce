using Hashgate.Core.Events;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Events;

/// <summary>Where events are kept. One writer appends; anyone queries.</summary>
public interface IEventStore
{
    /// <summary>Appends the events in this order.</summary>
    /// <exception cref="StoreUnavailableException">They are not, or perhaps not, in the store.</exception>
    ValueTask AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken);

    /// <inheritdoc cref="IEventLog.QueryAsync"/>
    ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken);

    /// <summary>Removes events from before a moment, and the oldest of those that are too many.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be written.</exception>
    ValueTask TrimAsync(DateTimeOffset before, long maxCount, CancellationToken cancellationToken);
}
