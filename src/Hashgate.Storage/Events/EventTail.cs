using Hashgate.Core.Events;

namespace Hashgate.Storage.Events;

/// <summary>
/// The newest events of a store, read as they come by one task for all who follow: when this process appends, and each second where others
/// append too. Bounded in number, whoever follows slowly. Safe for threads.
/// </summary>
internal sealed class EventTail : IDisposable
{
    /// <summary>The most events kept.</summary>
    public const int Capacity = 1000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly EventQuery Everything = new(Limit: Capacity);

    private readonly IEventStore _store;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly StoredEvent[] _ring = new StoredEvent[Capacity];
    private long _count;
    private string _from;
    private TaskCompletionSource _changed = NewSource();
    private TaskCompletionSource _appended = NewSource();

    /// <param name="newest">It begins after this event.</param>
    public EventTail(IEventStore store, TimeProvider clock, string newest)
    {
        (_store, _clock, _from) = (store, clock, newest);
        var stop = _stop.Token;
        _ = Task.Run(() => ReadAllAsync(newest, stop), CancellationToken.None);
    }

    /// <summary>Ends when something came since, and fails when the store can't be read, which ends the tail.</summary>
    public Task Changed
    {
        get { lock (_lock) return _changed.Task; }
    }

    /// <summary>The id that the kept events come after.</summary>
    public string From
    {
        get { lock (_lock) return _from; }
    }

    public bool HasFailed => Changed.IsFaulted;

    /// <summary>The events after an id; null if it doesn't reach back to it.</summary>
    /// <param name="place">Where the last taking ended, null at first: spares the search.</param>
    public IReadOnlyList<StoredEvent>? Take(string after, ref long? place)
    {
        lock (_lock)
        {
            var first = Math.Max(0, _count - Capacity);
            if (place < first) place = null;
            if (place is null)
            {
                if (_store.Compare(after, _from) < 0) return null;
                place = first;
            }
            // Who has read the store may be ahead of what comes here next.
            while (place < _count && _store.Compare(_ring[place.Value % Capacity].Id, after) <= 0) place++;
            var events = new StoredEvent[_count - place.Value];
            for (var i = 0; i < events.Length; i++) events[i] = _ring[(place.Value + i) % Capacity];
            place = _count;
            return events;
        }
    }

    /// <summary>Tells that this process appended something.</summary>
    public void Wake()
    {
        lock (_lock) _appended.TrySetResult();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task ReadAllAsync(string after, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                Task appended;
                lock (_lock)
                {
                    // Taken before the store is looked at: what comes after that wakes again.
                    if (_appended.Task.IsCompleted) _appended = NewSource();
                    appended = _appended.Task;
                }
                var some = await _store.ReadAfterAsync(after, Everything, stop);
                after = some.After;
                Keep(some.Events);
                if (some.HasMore) continue;
                await appended.WaitAsync(_store.IsShared ? LookEvery : Timeout.InfiniteTimeSpan, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.ThrowIfCancellationRequested();
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // Whoever follows is told, asks again, and finds out what is the matter.
            lock (_lock) _changed.TrySetException(e);
        }
        catch (OperationCanceledException)
        {
            // Nobody follows any more.
        }
    }

    private void Keep(IReadOnlyList<StoredEvent> events)
    {
        if (events.Count == 0) return;
        lock (_lock)
        {
            foreach (var e in events)
            {
                ref var slot = ref _ring[_count++ % Capacity];
                if (slot is not null) _from = slot.Id;
                slot = e;
            }
            _changed.TrySetResult();
            _changed = NewSource();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
