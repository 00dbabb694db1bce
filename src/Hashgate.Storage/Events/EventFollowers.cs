using System.Runtime.CompilerServices;
using Hashgate.Core.Events;

namespace Hashgate.Storage.Events;

/// <summary>
/// Lets any number of readers follow a store for the price of one: while somebody follows, one <see cref="EventTail"/> reads what is new.
/// Who begins further back, or falls behind, reads the store until they have caught up with it.
/// </summary>
internal sealed class EventFollowers(IEventStore store, TimeProvider clock) : IDisposable
{
    private readonly Lock _lock = new();
    private EventTail? _tail;
    private int _followers;

    /// <summary>Tells that something was appended.</summary>
    public void Wake()
    {
        lock (_lock) _tail?.Wake();
    }

    /// <inheritdoc cref="IEventLog.FollowAsync"/>
    public IAsyncEnumerable<StoredEvent> FollowAsync(string? afterId, EventQuery filter, CancellationToken cancellationToken)
    {
        // Here, and not when it is first enumerated: an id that is none is the caller's mistake.
        if (afterId is not null) _ = store.Compare(afterId, afterId);
        return ReadAsync(afterId, filter with { Limit = EventQuery.MaxLimit }, cancellationToken);
    }

    public void Dispose()
    {
        lock (_lock) _tail?.Dispose();
    }

    private async IAsyncEnumerable<StoredEvent> ReadAsync(string? afterId, EventQuery filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = await store.NewestAsync(cancellationToken);
        var after = afterId is null || store.Compare(afterId, newest) > 0 ? newest : afterId;
        var tail = Join(newest);
        try
        {
            long? place = null;
            while (true)
            {
                // Both before looking: what comes after that is told of, and what the tail has dropped by now is in the store.
                var (changed, from) = (tail.Changed, tail.From);
                if (tail.Take(after, ref place) is { } recent)
                {
                    foreach (var e in recent)
                    {
                        if (filter.Matches(e.Event)) yield return e;
                        after = e.Id;
                    }
                    if (recent.Count == 0) await changed.WaitAsync(cancellationToken);
                    continue;
                }
                var earlier = await store.ReadAfterAsync(after, filter, cancellationToken);
                foreach (var e in earlier.Events) yield return e;
                // All of it was read, even if it was removed since and the store has nothing as new as that.
                after = !earlier.HasMore && store.Compare(earlier.After, from) < 0 ? from : earlier.After;
            }
        }
        finally
        {
            Leave(tail);
        }
    }

    private EventTail Join(string newest)
    {
        lock (_lock)
        {
            if (_tail is null or { HasFailed: true })
            {
                _tail?.Dispose();
                _tail = new EventTail(store, clock, newest);
                _followers = 0;
            }
            _followers++;
            return _tail;
        }
    }

    private void Leave(EventTail tail)
    {
        lock (_lock)
        {
            // One that failed was left behind, and counts nobody any more.
            if (tail != _tail || --_followers > 0) return;
            _tail.Dispose();
            _tail = null;
        }
    }
}
