namespace Hashgate.Proxy.Webhooks;

/// <summary>What waits for one receiver: bounded, alarms before all others, each in their order. Safe for threads; no call waits for anything but another's turn in memory.</summary>
/// <param name="capacity">How many may wait, alarms and others each.</param>
internal sealed class DeliveryQueue(int capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Delivery> _alarms = [];
    private readonly LinkedList<Delivery> _others = [];
    private TaskCompletionSource _filled = NewSource();

    public int Count
    {
        get
        {
            lock (_lock) return _alarms.Count + _others.Count;
        }
    }

    /// <summary>False where there is no room.</summary>
    public bool TryAdd(Delivery delivery)
    {
        lock (_lock)
        {
            var queue = QueueOf(delivery);
            if (queue.Count >= capacity) return false;
            queue.AddLast(delivery);
            _filled.TrySetResult();
            return true;
        }
    }

    /// <summary>Puts what waited before in front of what came since; returns how many there was no room for.</summary>
    public int Restore(IReadOnlyList<Delivery> earlier)
    {
        lock (_lock)
        {
            var without = 0;
            foreach (var delivery in earlier.Reverse())
            {
                var queue = QueueOf(delivery);
                if (queue.Count >= capacity) without++;
                else queue.AddFirst(delivery);
            }
            if (_alarms.Count + _others.Count > 0) _filled.TrySetResult();
            return without;
        }
    }

    /// <summary>The one to send next; it stays in the queue. Null where nothing waits.</summary>
    public Delivery? Next()
    {
        lock (_lock) return (_alarms.First ?? _others.First)?.Value;
    }

    public void Remove(Delivery delivery)
    {
        lock (_lock)
        {
            QueueOf(delivery).Remove(delivery);
            if (_alarms.Count + _others.Count == 0 && _filled.Task.IsCompleted) _filled = NewSource();
        }
    }

    /// <summary>Lets the others of its kind go first.</summary>
    public void MoveBack(Delivery delivery)
    {
        lock (_lock)
        {
            var queue = QueueOf(delivery);
            if (queue.Remove(delivery)) queue.AddLast(delivery);
        }
    }

    /// <summary>Everything that waits.</summary>
    public IReadOnlyList<Delivery> All()
    {
        lock (_lock) return [.. _alarms, .. _others];
    }

    /// <summary>Ends once something waits.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _filled.Task.WaitAsync(cancellationToken);
    }

    private LinkedList<Delivery> QueueOf(Delivery delivery) => delivery.IsAlarm ? _alarms : _others;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
