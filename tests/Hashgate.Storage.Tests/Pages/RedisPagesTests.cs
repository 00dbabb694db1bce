using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Storage.Pages;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Pages;

/// <summary>The shared page store over a real redis-server; each test has a key prefix of its own.</summary>
[Trait("Needs", "redis")]
public sealed class RedisPagesTests : PageStoreContract, IClassFixture<RedisPagesTests.Server>, IAsyncTest
{
    private static readonly ProjectName Requests = ProjectName.Parse("requests");
    private readonly TemporaryDirectory _directory = new();
    private readonly RedisConnection _redis;

    public RedisPagesTests(Server server)
    {
        _redis = new RedisConnection(new RedisOptions { Configuration = server.Redis.Configuration, KeyPrefix = Guid.NewGuid().ToString("n") });
        Store = Replica("one", _redis);
    }

    protected override IPageStore Store { get; }

    [Fact]
    public async Task Page_of_one_replica_is_read_by_another()
    {
        var snapshot = Some("requests");
        await Store.PutAsync(snapshot, Turn, default);
        AssertSame(snapshot, await Replica("two", _redis).GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Replica_that_hung_puts_no_older_page_over_a_later_one()
    {
        var leases = new RedisLeases(_redis, new ManualTimeProvider(), NullLogger<RedisLeases>.Instance);
        var (slow, quick, third) = (Store, Replica("two", _redis), Replica("three", _redis));
        var early = (await leases.TryTakeAsync("page:pypi/requests", default))!;
        // It hangs for longer than its lease lasts.
        await _redis.RunAsync(db => db.KeyDeleteAsync(_redis.Key("lease:page:pypi/requests")), default);
        await using var late = (await leases.TryTakeAsync("page:pypi/requests", default))!;
        var newer = Some("requests", files: 3) with { FetchedAt = Noon.AddHours(1) };
        await quick.PutAsync(newer, late.Number, default);

        // By its clock, which is ahead, what it read is the newest of all.
        var older = Some("requests", files: 1) with { FetchedAt = Noon.AddHours(2) };
        await slow.PutAsync(older, early.Number, default);
        await slow.RenewAsync(older, early.Number, default);
        await early.DisposeAsync();

        AssertSame(newer, await third.GetAsync("pypi", Requests, default));
        Assert.Null(await leases.TryTakeAsync("page:pypi/requests", default));
    }

    [Fact]
    public async Task Page_that_was_read_without_a_lease_is_nobody_elses()
    {
        await Store.PutAsync(Some("requests"), turn: 0, default);
        Assert.Null(await Replica("two", _redis).GetAsync("pypi", Requests, default));
        Assert.NotNull(await Store.GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Page_that_Redis_forgot_is_shared_again_when_it_is_confirmed()
    {
        await Store.PutAsync(Some("requests"), Turn, default);
        await _redis.RunAsync(db => db.KeyDeleteAsync(_redis.Key("snapshot:pypi/requests")), default);
        var confirmed = Some("requests") with { FetchedAt = Noon.AddHours(1) };
        await Store.RenewAsync(confirmed, Turn, default);
        AssertSame(confirmed, await Replica("two", _redis).GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Page_that_nobody_refreshes_is_forgotten_in_time()
    {
        var options = new SharedPageOptions { KeepUnused = TimeSpan.FromHours(1) };
        await Replica("one", _redis, options).PutAsync(Some("requests"), Turn, default);
        var left = await _redis.RunAsync(db => db.KeyTimeToLiveAsync(_redis.Key("snapshot:pypi/requests")), default);
        Assert.InRange(left!.Value, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Redis_killed_or_silent_leaves_the_pages_on_disk()
    {
        await using var own = await RedisServer.StartAsync();
        await using var redis = new RedisConnection(new RedisOptions { Configuration = own.Configuration });
        var store = Replica("three", redis, new SharedPageOptions { PauseAfterFailure = TimeSpan.Zero });
        var snapshot = Some("requests");
        await store.PutAsync(snapshot, Turn, default);

        await own.StopAnsweringAsync();
        AssertSame(snapshot, await store.GetAsync("pypi", Requests, default));
        await own.AnswerAgainAsync();
        await own.KillAsync();
        AssertSame(snapshot, await store.GetAsync("pypi", Requests, default));

        var newer = Some("requests", files: 3) with { FetchedAt = Noon.AddHours(1) };
        await store.PutAsync(newer, Turn, default);
        AssertSame(newer, await store.GetAsync("pypi", Requests, default));
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    private SharedPageStore Replica(string name, RedisConnection redis, SharedPageOptions? options = null)
    {
        var disk = new DiskPageStore(Path.Combine(_directory.Path, name), PageLimits.Default, NullLogger<DiskPageStore>.Instance);
        options ??= new SharedPageOptions();
        return new SharedPageStore(disk, new RedisPages(redis, options), PageLimits.Default, options, TimeProvider.System, NullLogger<SharedPageStore>.Instance);
    }

    public sealed class Server : IAsyncLifetime
    {
        public RedisServer Redis { get; private set; } = null!;

        public async Task InitializeAsync() => Redis = await RedisServer.StartAsync();

        public async Task DisposeAsync() => await Redis.DisposeAsync();
    }
}
