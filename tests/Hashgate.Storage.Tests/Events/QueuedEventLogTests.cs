using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Events;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Events;

public sealed class QueuedEventLogTests : IAsyncTest
{
    private readonly ManualTimeProvider _clock = new();
    private readonly GatedStore _store = new();
    private QueuedEventLog _log;

    public QueuedEventLogTests() => _log = Open(new EventLogOptions());

    [Fact]
    public async Task Repeats_of_a_refusal_become_one_event_with_their_count()
    {
        for (var i = 0; i < 10; i++) _log.Record(Refused("a.whl"));
        _log.Record(Refused("b.whl"));
        _log.Record(Refused("a.whl", client: "192.0.2.9"));
        await _log.FlushAsync(default);

        Assert.Equal([("a.whl", 1), ("b.whl", 1), ("a.whl", 1), ("a.whl", 9)], _store.Written.Select(e => (e.Filename, e.Count)));
        Assert.Equal(12, Assert.Single(_log.Figures.Recorded).Value);
    }

    [Fact]
    public async Task Repeats_are_written_when_their_minute_is_over()
    {
        for (var i = 0; i < 10; i++) _log.Record(Refused("a.whl"));
        await UntilAsync(() => _store.Written.Count == 1);

        _clock.Advance(TimeSpan.FromMinutes(2));

        await UntilAsync(() => _store.Written.Count == 2);
        Assert.Equal(9, _store.Written[1].Count);
        _log.Record(Refused("a.whl"));
        await UntilAsync(() => _store.Written.Count == 3);
    }

    [Fact]
    public async Task What_is_no_refusal_is_never_merged()
    {
        for (var i = 0; i < 3; i++) _log.Record(Alarm(i));
        await _log.FlushAsync(default);
        Assert.Equal(3, _store.Written.Count);
    }

    [Fact]
    public async Task Flood_keeps_alarms_and_tells_what_was_dropped()
    {
        await _log.DisposeAsync();
        _store.Close();
        _log = Open(new EventLogOptions { QueueLength = 100 });
        _log.Record(Seen(0));
        await UntilAsync(() => _store.Attempts > 0);

        for (var i = 1; i <= 1000; i++) _log.Record(Seen(i));
        for (var i = 0; i < 50; i++) _log.Record(Alarm(i));
        _store.Open();
        var flushing = _log.FlushAsync(default).AsTask();
        await UntilAsync(() => flushing.IsCompleted, advance: true);

        Assert.Equal("0", _store.Written[0].Reason);
        Assert.All(_store.Written.Skip(1).Take(50), e => Assert.Equal(EventKinds.HashMismatch, e.Kind));
        Assert.All(_store.Written.Skip(51).Take(100), e => Assert.Equal(EventKinds.FirstSeen, e.Kind));
        var told = _store.Written[151];
        Assert.Equal((EventKinds.StoreAlarm, 900), (told.Kind, told.Count));
        var figures = _log.Figures;
        Assert.Equal((0, 900), (figures.Queued, figures.Dropped));
        Assert.Equal((1001, 50, 1), (figures.Recorded[EventKinds.FirstSeen], figures.Recorded[EventKinds.HashMismatch], figures.Recorded[EventKinds.StoreAlarm]));
        Assert.Equal(152, _store.Written.Count);
    }

    [Fact]
    public async Task Observers_are_told_what_was_written_in_its_order_and_only_then()
    {
        await _log.DisposeAsync();
        var observer = new Observer();
        _log = new QueuedEventLog(_store, new EventLogOptions(), [observer], _clock, NullLogger<QueuedEventLog>.Instance);
        _store.Close();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _log.RecordAsync(Seen(0), default));
        Assert.Empty(observer.Told);
        _store.Open();
        for (var i = 1; i <= 700; i++) _log.Record(Seen(i));
        await _log.FlushAsync(default);
        await _log.RecordAsync(Seen(701), default);
        Assert.Equal(_store.Written, observer.Told.Select(e => e.Event));
        Assert.Equal(701, observer.Told.Count);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void Burst_of_refusals_loses_no_alarm_nor_its_count_and_takes_no_more_memory_than_it_may(int clients)
    {
        const int perSecond = 10_000;
        var options = new EventLogOptions();
        var queue = new EventQueue(options, _clock);
        var written = new List<Event>();
        for (var second = 0; second < 90; second++)
        {
            for (var i = 0; i < perSecond; i++)
            {
                var number = (second * perSecond) + i;
                queue.Add(Refused($"{number / clients % 5}.whl", client: $"client {number % clients}"));
                if (i % 1000 == 0) queue.Add(Alarm((second * 10) + (i / 1000)));
            }
            var (alarms, others, repeats) = queue.Lengths;
            Assert.InRange(alarms, 0, options.QueueLength);
            Assert.InRange(others, 0, options.QueueLength);
            Assert.InRange(repeats, 0, options.QueueLength);
            _clock.Advance(TimeSpan.FromSeconds(1));
            // A store that takes so little each second that refusals wait.
            written.AddRange(queue.Take(500));
        }
        queue.ReleaseRepeats();
        while (queue.Take(500) is { Count: > 0 } rest) written.AddRange(rest);

        Assert.Equal(Enumerable.Range(0, 900).Select(i => $"{i}"), written.Where(e => e.Kind == EventKinds.HashMismatch).Select(e => e.Reason));
        var counted = written.Where(e => e.Kind == EventKinds.Blocked).Sum(e => (long)e.Count);
        var dropped = written.Where(e => e.Kind == EventKinds.StoreAlarm).Sum(e => (long)e.Count);
        Assert.Equal(90L * perSecond, counted + dropped);
        // Few clients repeat themselves: nothing of it is lost.
        if (clients < 100) Assert.Equal(0, dropped);
    }

    [Fact]
    public async Task Store_that_was_away_gets_what_waited()
    {
        _store.Close();
        for (var i = 0; i < 20; i++) _log.Record(Seen(i));
        await UntilAsync(() => _store.Attempts > 2, advance: true);
        Assert.Empty(_store.Written);

        _store.Open();

        await UntilAsync(() => _store.Written.Count == 20, advance: true);
    }

    [Fact]
    public async Task Batch_that_the_store_never_takes_is_counted_and_passed_over()
    {
        _store.Poison = "bad";
        _log.Record(Seen(0) with { Reason = "bad" });
        await _log.FlushAsync(default);
        _log.Record(Seen(1));
        await _log.FlushAsync(default);
        Assert.Contains(_store.Written, e => e.Reason == "1");
        Assert.Contains(_store.Written, e => e is { Kind: EventKinds.StoreAlarm, Count: 1 });
    }

    [Fact]
    public async Task Hostile_text_is_cut_to_a_bounded_length()
    {
        _log.Record(Seen(0) with { UserAgent = new string('x', 1_000_000) });
        await _log.FlushAsync(default);
        Assert.Equal(EventQueue.MaxText, _store.Written[0].UserAgent?.Length);
    }

    [Fact]
    public async Task Old_events_are_trimmed_at_the_start_and_every_hour()
    {
        await UntilAsync(() => _store.Trims.Count == 1);
        Assert.Equal(_clock.GetUtcNow() - TimeSpan.FromDays(180), _store.Trims[0]);
        _clock.Advance(TimeSpan.FromMinutes(61));
        await UntilAsync(() => _store.Trims.Count == 2);
    }

    [Fact]
    public async Task Dispose_writes_what_is_queued()
    {
        for (var i = 0; i < 2000; i++) _log.Record(Seen(i));
        await _log.DisposeAsync();
        Assert.Equal(2000, _store.Written.Count);
        _log = Open(new EventLogOptions());
    }

    [Fact]
    public void Options_out_of_range_are_all_told()
    {
        Assert.Equal(4, new EventLogOptions { Retention = default, MaxCount = 0, QueueLength = 0, MergeWithin = TimeSpan.FromDays(1) }.Errors().Count());
        Assert.Empty(new EventLogOptions().Errors());
    }

    public async ValueTask DisposeAsync()
    {
        _store.Open();
        await _log.DisposeAsync();
    }

    private QueuedEventLog Open(EventLogOptions options) => new(_store, options, [], _clock, NullLogger<QueuedEventLog>.Instance);

    private Event Refused(string filename, string client = "192.0.2.1") => new()
    {
        Kind = EventKinds.Blocked,
        When = _clock.GetUtcNow(),
        Project = ProjectName.Parse("p"),
        Filename = filename,
        Rule = "malware",
        Client = client,
    };

    private Event Seen(int number) => new() { Kind = EventKinds.FirstSeen, When = _clock.GetUtcNow(), Reason = $"{number}" };

    private Event Alarm(int number) => new() { Kind = EventKinds.HashMismatch, When = _clock.GetUtcNow(), Reason = $"{number}" };

    private async Task UntilAsync(Func<bool> done, bool advance = false)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!done())
        {
            if (advance) _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, end.Token);
        }
    }

    private sealed class Observer : IEventObserver
    {
        public List<StoredEvent> Told { get; } = [];

        public void Written(IReadOnlyList<StoredEvent> events)
        {
            lock (Told) Told.AddRange(events);
        }
    }

    /// <summary>A store that can be away.</summary>
    private sealed class GatedStore : IEventStore
    {
        private readonly Lock _lock = new();
        private readonly List<Event> _written = [];
        private readonly List<DateTimeOffset> _trims = [];
        private volatile bool _closed;
        private int _attempts;

        public string? Poison { get; set; }

        public int Attempts => Volatile.Read(ref _attempts);

        public IReadOnlyList<Event> Written { get { lock (_lock) return [.. _written]; } }

        public IReadOnlyList<DateTimeOffset> Trims { get { lock (_lock) return [.. _trims]; } }

        public void Close() => _closed = true;

        public void Open() => _closed = false;

        public bool IsShared => false;

        public ValueTask<IReadOnlyList<StoredEvent>> AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _attempts);
            if (_closed) throw new StoreUnavailableException("closed");
            if (Poison is not null && events.Any(e => e.Reason == Poison)) throw new FormatException("poison");
            lock (_lock) _written.AddRange(events);
            return ValueTask.FromResult<IReadOnlyList<StoredEvent>>([.. events.Select(e => new StoredEvent("1", e))]);
        }

        public ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<LaterEvents> ReadAfterAsync(string id, EventQuery filter, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<string> NewestAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public int Compare(string id, string other) => throw new NotSupportedException();

        public ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask TrimAsync(DateTimeOffset before, long maxCount, CancellationToken cancellationToken)
        {
            lock (_lock) _trims.Add(before);
            return ValueTask.CompletedTask;
        }
    }
}
