using Hashgate.Core.Serving;
using Hashgate.Core.Traffic;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Telemetry;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Storage.Events;
using Hashgate.Storage.Traffic;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Proxy.Tests.Telemetry;

public sealed class CountedTrafficTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new(Noon.AddMinutes(58));
    private readonly RequestCounters _counters = new();
    private readonly Store _store = new();
    private readonly CountedTraffic _traffic;

    public CountedTrafficTests() => _traffic = new CountedTraffic(
        _store, _counters, new FetchFigures(_time), new EventLogOptions { Retention = TimeSpan.FromDays(30) }, _time, NullLogger<CountedTraffic>.Instance);

    public void Dispose() => _traffic.Dispose();

    [Fact]
    public async Task Each_writing_holds_what_was_counted_since_the_last()
    {
        _counters.Answered(Route.Page, 200, CacheOutcome.Hit);
        _counters.Answered(Route.Page, 304, CacheOutcome.Stale);
        _counters.Answered(Route.Page, 200, CacheOutcome.Miss);
        _counters.Answered(Route.File, 206, CacheOutcome.Hit);
        _counters.Served(1000);
        await _traffic.FlushAsync(default);
        _counters.Answered(Route.Metadata, 200, CacheOutcome.Miss);
        _counters.Answered(Route.File, 403, CacheOutcome.None);
        await _traffic.FlushAsync(default);
        await _traffic.FlushAsync(default);

        Assert.Equal([new TrafficHour(Noon, 4, 2, 1, 1, 0, 1000, 0), new TrafficHour(Noon, 2, 0, 0, 0, 1, 0, 0)], _store.Added);
    }

    [Fact]
    public async Task Requests_of_people_and_machines_that_watch_are_no_traffic()
    {
        foreach (var route in (Route[])[Route.Health, Route.Metrics, Route.Dashboard, Route.Api, Route.Why, Route.Other]) _counters.Answered(route, 200, CacheOutcome.None);
        await _traffic.FlushAsync(default);
        Assert.Empty(_store.Added);
    }

    [Fact]
    public async Task Store_that_was_away_gets_it_later()
    {
        _store.IsAway = true;
        _counters.Answered(Route.List, 200, CacheOutcome.None);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _traffic.FlushAsync(default));
        _store.IsAway = false;
        _time.Advance(TimeSpan.FromMinutes(2));
        await _traffic.FlushAsync(default);
        Assert.Equal([TrafficHour.Empty(Noon.AddHours(1)) with { Requests = 1 }], _store.Added);
    }

    [Fact]
    public async Task What_is_not_written_yet_is_read_all_the_same()
    {
        _counters.Answered(Route.Page, 200, CacheOutcome.Hit);
        await _traffic.FlushAsync(default);
        _counters.Answered(Route.Page, 200, CacheOutcome.Hit);
        Assert.Equal([TrafficHour.Empty(Noon) with { Requests = 2, PageHits = 2 }], await _traffic.ReadAsync(Noon, default));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(
            [TrafficHour.Empty(Noon) with { Requests = 1, PageHits = 1 }, TrafficHour.Empty(Noon.AddHours(1)) with { Requests = 1, PageHits = 1 }],
            await _traffic.ReadAsync(Noon, default));
    }

    [Fact]
    public async Task Running_it_writes_each_minute_trims_and_writes_the_rest_at_the_end()
    {
        await _traffic.StartAsync(default);
        _counters.Answered(Route.Page, 200, CacheOutcome.Hit);
        await Gets.UntilAsync(() => Task.FromResult(_time.IsAwaited(_time.GetUtcNow().AddMinutes(1))));
        _time.Advance(TimeSpan.FromMinutes(1));
        await _store.Trimmed.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Single(_store.Added);

        _counters.Answered(Route.Page, 200, CacheOutcome.Hit);
        await _traffic.StopAsync(default);
        Assert.Equal(2, _store.Added.Count);
        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromDays(30), await _store.Trimmed);
    }

    private sealed class Store : ITrafficStore
    {
        private readonly TaskCompletionSource<DateTimeOffset> _trimmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<TrafficHour> Added { get; } = [];
        public bool IsAway { get; set; }
        public Task<DateTimeOffset> Trimmed => _trimmed.Task;

        public ValueTask AddAsync(TrafficHour traffic, CancellationToken cancellationToken)
        {
            if (IsAway) throw new StoreUnavailableException("away");
            Added.Add(traffic);
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<TrafficHour>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<TrafficHour>>([.. Added.Where(t => t.Hour >= since)]);

        public ValueTask TrimAsync(DateTimeOffset before, CancellationToken cancellationToken)
        {
            _trimmed.TrySetResult(before);
            return ValueTask.CompletedTask;
        }
    }
}
