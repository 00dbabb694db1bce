using Hashgate.Core.Events;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Events;

/// <summary>
/// The event log: a bounded queue in memory before a store. Recording touches memory only; one background task
/// writes in batches, waits while the store is away, and removes what is old. What must be in the store goes there at once.
/// </summary>
public sealed class QueuedEventLog : IEventLog, IAsyncDisposable
{
    private const int BatchLength = 500;
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(5);

    private readonly IEventStore _store;
    private readonly EventLogOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<IEventObserver> _observers;
    private readonly EventQueue _queue;
    private readonly EventFollowers _followers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private readonly ITimer _glance;
    private readonly Lock _lock = new();
    private TaskCompletionSource _signal = NewSource();
    private List<TaskCompletionSource> _flushes = [];
    private DateTimeOffset _trimAt;

    public QueuedEventLog(IEventStore store, EventLogOptions options, IEnumerable<IEventObserver> observers, TimeProvider clock, ILogger<QueuedEventLog> logger)
    {
        (_store, _options, _clock, _logger) = (store, options, clock, logger);
        _observers = [.. observers];
        _queue = new EventQueue(options, clock);
        _followers = new EventFollowers(store, clock);
        _trimAt = clock.GetUtcNow();
        // Looked at now and then without an event, for repeats whose time is over and for what is old.
        _glance = clock.CreateTimer(_ => Signal(), null, Glance, Glance);
        _writing = Task.Run(() => WriteAllAsync(_stop.Token));
    }

    /// <summary>What became of the events so far.</summary>
    public EventFigures Figures => _queue.Figures;

    public void Record(Event happened)
    {
        _queue.Add(happened);
        Signal();
    }

    public async ValueTask<StoredEvent> RecordAsync(Event happened, CancellationToken cancellationToken)
    {
        _queue.Count(happened.Kind);
        return (await AppendAsync([EventQueue.Clip(happened)], cancellationToken))[0];
    }

    public ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken) => _store.QueryAsync(query, cancellationToken);

    public ValueTask<LaterEvents> ReadAfterAsync(string id, EventQuery filter, CancellationToken cancellationToken) => _store.ReadAfterAsync(id, filter, cancellationToken);

    public ValueTask<string> NewestAsync(CancellationToken cancellationToken) => _store.NewestAsync(cancellationToken);

    public ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken) => _store.FindAsync(id, cancellationToken);

    public IAsyncEnumerable<StoredEvent> FollowAsync(string? afterId, EventQuery filter, CancellationToken cancellationToken) =>
        _followers.FollowAsync(afterId, filter, cancellationToken);

    public ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken) =>
        _store.SummarizeAsync(since, until, step, cancellationToken);

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var flushed = NewSource();
        _queue.ReleaseRepeats();
        lock (_lock) _flushes.Add(flushed);
        Signal();
        await flushed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes what is still queued, for 5 s at most, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _glance.DisposeAsync();
        // By the machine's own clock: this bounds a shutdown, whatever time it is.
        using var patience = new CancellationTokenSource(LongestGoodbye);
        try
        {
            await FlushAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            _logger.Refused(_queue.Take(int.MaxValue).Count, e);
        }
        await _stop.CancelAsync();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _followers.Dispose();
    }

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signaled;
            List<TaskCompletionSource> flushes;
            lock (_lock)
            {
                // Taken before the queue is looked at: what comes after that is signaled again.
                if (_signal.Task.IsCompleted) _signal = NewSource();
                signaled = _signal.Task;
                (flushes, _flushes) = (_flushes, []);
            }
            while (_queue.Take(BatchLength) is { Count: > 0 } batch) await WriteAsync(batch, cancellationToken);
            foreach (var flush in flushes) flush.TrySetResult();
            await TrimAsync(cancellationToken);
            await signaled.WaitAsync(cancellationToken);
        }
    }

    private async Task WriteAsync(List<Event> batch, CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromSeconds(1); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await AppendAsync(batch, cancellationToken);
                return;
            }
            catch (StoreUnavailableException e)
            {
                _logger.Waiting(pause, e);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // A batch that the store will never take must not hold up all that come after it.
                _logger.Refused(batch.Count, e);
                _queue.Drop(batch.Count);
                return;
            }
            await Task.Delay(pause, _clock, cancellationToken);
        }
    }

    private async ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        var stored = await _store.AppendAsync(events, cancellationToken);
        _followers.Wake();
        foreach (var observer in _observers) observer.Written(stored);
        return stored;
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        if (now < _trimAt) return;
        _trimAt = now + TrimEvery;
        try
        {
            await _store.TrimAsync(now - _options.Retention, _options.MaxCount, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.NotTrimmed(e);
        }
    }

    private void Signal()
    {
        lock (_lock) _signal.TrySetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
