using Hashgate.Core.Events;

namespace Hashgate.Storage.Events;

/// <summary>
/// Events on their way to the store: bounded, alarms before all others. What finds it full is dropped and counted; the
/// count itself becomes an event once the queue has run empty. Safe for threads; no call waits for anything but another's
/// turn in memory.
/// </summary>
internal sealed class EventQueue(EventLogOptions options, TimeProvider clock)
{
    /// <summary>The longest text kept of one field, in characters: user agents and paths are the client's to choose.</summary>
    public const int MaxText = 1024;

    private readonly Lock _lock = new();
    private readonly Queue<Event> _alarms = [];
    private readonly Queue<Event> _others = [];
    private readonly RepeatMerger _repeats = new(options.MergeWithin, options.QueueLength);
    private readonly Dictionary<string, long> _recorded = new(StringComparer.Ordinal);
    private long _droppedInAll;
    private long _dropped;

    /// <summary>How many events are in memory: waiting to be written, and repeats that are being counted.</summary>
    public (int Alarms, int Others, int Repeats) Lengths
    {
        get { lock (_lock) return (_alarms.Count, _others.Count, _repeats.Count); }
    }

    /// <summary>What came so far, and what waits.</summary>
    public EventFigures Figures
    {
        get
        {
            lock (_lock) return new EventFigures(new Dictionary<string, long>(_recorded), _alarms.Count + _others.Count, _droppedInAll);
        }
    }

    public void Add(Event happened)
    {
        var clipped = Clip(happened);
        lock (_lock)
        {
            CountOne(clipped.Kind);
            if (!_repeats.TryCount(clipped, clock.GetUtcNow())) Enqueue(clipped);
        }
    }

    /// <summary>Counts events that the store would not take.</summary>
    public void Drop(int count)
    {
        lock (_lock) LoseSome(count);
    }

    /// <summary>Counts an event that goes past the queue.</summary>
    public void Count(string kind)
    {
        lock (_lock) CountOne(kind);
    }

    /// <summary>Lets out all counted repeats now.</summary>
    public void ReleaseRepeats()
    {
        lock (_lock) _repeats.Take(null).ForEach(Enqueue);
    }

    /// <summary>The next events to write; empty when there are none.</summary>
    public List<Event> Take(int most)
    {
        var batch = new List<Event>();
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            _repeats.Take(now).ForEach(Enqueue);
            while (batch.Count < most && (_alarms.TryDequeue(out var next) || _others.TryDequeue(out next))) batch.Add(next);
            if (_dropped > 0 && batch.Count < most)
            {
                batch.Add(new Event
                {
                    Kind = EventKinds.StoreAlarm,
                    When = now,
                    Count = (int)Math.Min(_dropped, int.MaxValue),
                    Reason = "More events came than could be written: so many were dropped.",
                });
                _dropped = 0;
                CountOne(EventKinds.StoreAlarm);
            }
        }
        return batch;
    }

    /// <summary>The event with none of its texts longer than <see cref="MaxText"/>.</summary>
    public static Event Clip(Event e) => e with
    {
        Version = Clip(e.Version),
        Filename = Clip(e.Filename),
        Reason = Clip(e.Reason),
        Client = Clip(e.Client),
        UserAgent = Clip(e.UserAgent),
        RequestId = Clip(e.RequestId),
        Actor = Clip(e.Actor),
    };

    private void Enqueue(Event happened)
    {
        var queue = EventKinds.IsAlarm(happened.Kind) ? _alarms : _others;
        if (queue.Count < options.QueueLength) queue.Enqueue(happened);
        else LoseSome(happened.Count);
    }

    private void LoseSome(long count)
    {
        _dropped += count;
        _droppedInAll += count;
    }

    private void CountOne(string kind) => _recorded[kind] = _recorded.GetValueOrDefault(kind) + 1;

    private static string? Clip(string? text) => text is { Length: > MaxText } ? text[..MaxText] : text;
}
