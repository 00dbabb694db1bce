namespace Hashgate.Core.Events;

/// <summary>Told of the events that this process wrote, once they are in the store. All that are registered are told.</summary>
public interface IEventObserver
{
    /// <summary>Takes note of events in their order and returns at once: writing waits for it. Called by several threads, also at the same time. Must not throw, and must not depend on the <see cref="IEventLog"/>, which depends on it.</summary>
    void Written(IReadOnlyList<StoredEvent> events);
}
