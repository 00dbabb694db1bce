using Hashgate.Core.Events;
using Hashgate.Core.Trust;
using Hashgate.Storage.Events;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Events;

/// <summary>One redis-server for all, a key prefix for each test.</summary>
[Trait("Needs", "redis")]
public sealed class RedisEventLogTests : EventLogContract, IClassFixture<RedisEventLogTests.Server>, IAsyncTest
{
    private readonly RedisServer _server;
    private readonly RedisConnection _redis;
    private readonly RedisEventStore _store;
    private readonly QueuedEventLog _log;

    public RedisEventLogTests(Server server)
    {
        _server = server.Redis;
        _redis = new RedisConnection(new RedisOptions { Configuration = server.Redis.Configuration, KeyPrefix = Guid.NewGuid().ToString("n"), Timeout = TimeSpan.FromSeconds(20) });
        _store = new RedisEventStore(_redis);
        _log = new QueuedEventLog(_store, new EventLogOptions(), [], new ManualTimeProvider(Noon), NullLogger<QueuedEventLog>.Instance);
    }

    protected override IEventLog Log => _log;

    [Fact]
    public async Task Filter_that_matches_little_is_found_deep_in_the_stream()
    {
        await RecordAsync([Some(0, EventKinds.HashChanged), .. Enumerable.Range(1, 1200).Select(i => Some(i))]);
        Assert.Equal(["0"], await ReasonsAsync(new EventQuery([EventKinds.HashChanged])));
    }

    [Fact]
    public async Task Trim_removes_what_is_old_and_what_is_too_much()
    {
        await RecordAsync([.. Enumerable.Range(0, 10).Select(i => Some(i))]);
        await _store.TrimAsync(Noon, 1000, default);
        Assert.Equal(10, (await ReasonsAsync(new EventQuery())).Count());
        await _store.TrimAsync(Noon, 3, default);
        Assert.Equal(["9", "8", "7"], await ReasonsAsync(new EventQuery()));
        await _store.TrimAsync(TimeProvider.System.GetUtcNow().AddHours(1), 1000, default);
        Assert.Empty(await ReasonsAsync(new EventQuery()));
    }

    [Fact]
    public async Task Sums_go_with_the_events_that_are_old()
    {
        await RecordAsync([.. Enumerable.Range(0, 5).Select(i => Some(i * 60, EventKinds.Blocked, "flask", "malware") with { Client = "192.0.2.1" })]);
        await _store.TrimAsync(Noon.AddHours(2), 1000, default);
        var summary = await Log.SummarizeAsync(Noon.AddDays(-2), Noon.AddDays(2), TimeSpan.FromHours(1), default);
        Assert.Equal(3, summary.ByKind[EventKinds.Blocked]);

        await _store.TrimAsync(Noon.AddDays(1), 1000, default);
        await _store.TrimAsync(TimeProvider.System.GetUtcNow().AddHours(1), 1000, default);

        Assert.Empty((await Log.SummarizeAsync(Noon.AddDays(-2), Noon.AddDays(2), TimeSpan.FromHours(1), default)).Projects);
        var left = await _server.LinesAsync($"KEYS {_redis.Key("*")}", 1000);
        Assert.All(left.Where(line => line.Contains(':', StringComparison.Ordinal)), key => Assert.Contains(key, (string[])[_redis.Key("events").ToString(), _redis.Key("events:sums:end").ToString(), _redis.Key("events:sums:added").ToString()]));
    }

    [Fact]
    public async Task Events_from_before_there_were_sums_are_added_once_by_whichever_replica()
    {
        var random = new Random(8);
        Event[] earlier = [.. Enumerable.Range(0, 2300).Select(i => RandomEvent(random, i))];
        await _redis.RunAsync(d => Task.WhenAll(earlier.Select(e => d.StreamAddAsync(_redis.Key("events"), "event", StoredEventJson.Of(e)))), default);
        RedisEventStore[] replicas = [new(_redis), new(_redis), new(_redis)];
        Event[] later = [.. Enumerable.Range(0, 30).Select(i => RandomEvent(random, i))];
        for (var i = 0; i < later.Length; i++) await replicas[i % replicas.Length].AppendAsync([later[i]], default);

        for (var round = 0; round < 2; round++) await Task.WhenAll(replicas.Select(r => r.TrimAsync(DateTimeOffset.UnixEpoch, 1_000_000, default).AsTask()));

        var memory = new MemoryEventLog();
        foreach (var e in earlier.Concat(later)) memory.Record(e);
        AssertSame(
            await memory.SummarizeAsync(Noon, Noon.AddDays(9), TimeSpan.FromHours(5), default),
            await _store.SummarizeAsync(Noon, Noon.AddDays(9), TimeSpan.FromHours(5), default));
    }

    [Fact]
    public async Task What_another_replica_appends_is_followed_within_a_second_of_its_clock()
    {
        var clock = new ManualTimeProvider(Noon);
        await using var other = new QueuedEventLog(_store, new EventLogOptions(), [], clock, NullLogger<QueuedEventLog>.Instance);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var following = other.FollowAsync(StoredEvent.BeforeAll, new EventQuery(), end.Token).GetAsyncEnumerator(end.Token);
        await RecordAsync(Some(0));
        Assert.True(await following.MoveNextAsync());
        var next = following.MoveNextAsync().AsTask();

        await RecordAsync(Some(1));

        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, end.Token);
        }
        Assert.True(await next);
        Assert.Equal("1", following.Current.Event.Reason);
    }

    [Fact]
    public async Task Names_of_an_hour_are_bounded_and_who_is_refused_most_stays()
    {
        var clients = Enumerable.Range(0, 5000).Select(i => Some(0, EventKinds.Blocked, $"p{i}", "malware") with { Client = $"c{i}" });
        var often = Some(0, EventKinds.Blocked, "often", "malware") with { Client = "busy", Count = 2 };
        foreach (var batch in clients.Chunk(500)) await _store.AppendAsync([often, .. batch], default);

        var summary = await Log.SummarizeAsync(Noon, Noon.AddHours(1), TimeSpan.FromHours(1), default);
        Assert.Equal(5020, summary.ByKind[EventKinds.Blocked]);
        Assert.Equal(("often", "busy"), (summary.Projects[0].Name, summary.Clients[0].Name));
        var hour = EventSummaryBuilder.HourOf(Noon);
        Assert.InRange(await _redis.RunAsync(d => d.SortedSetLengthAsync(_redis.Key($"events:clients:1:{hour}")), default), 100, 200);
        Assert.InRange(await _redis.RunAsync(d => d.SortedSetLengthAsync(_redis.Key($"events:clients:24:{hour / 24 * 24}")), default), 500, 1000);
    }

    [Fact]
    public async Task Redis_that_is_away_is_told_to_who_asks_and_waited_for_by_who_records()
    {
        await using var own = await RedisServer.StartAsync();
        await using var redis = new RedisConnection(new RedisOptions { Configuration = own.Configuration });
        await using var log = new QueuedEventLog(new RedisEventStore(redis), new EventLogOptions(), [], TimeProvider.System, NullLogger<QueuedEventLog>.Instance);
        log.Record(Some(0));
        await log.FlushAsync(default);

        await own.KillAsync();
        log.Record(Some(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await log.QueryAsync(new EventQuery(), default));

        await own.StartAgainAsync();
        await log.FlushAsync(default);
        Assert.Equal(["1", "0"], (await log.QueryAsync(new EventQuery(), default)).Events.Select(e => e.Event.Reason));
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _redis.DisposeAsync();
    }

    public sealed class Server : IAsyncLifetime
    {
        public RedisServer Redis { get; private set; } = null!;

        public async Task InitializeAsync() => Redis = await RedisServer.StartAsync();

        public async Task DisposeAsync() => await Redis.DisposeAsync();
    }
}
