using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Storage.Pages;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Testing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Pages;

/// <summary>The shared page store over a real redis-server; each test has a key prefix of its own.</summary>
[Trait("Needs", "redis")]
public sealed class RedisPageCacheTests : PageStoreContract, IClassFixture<RedisPageCacheTests.Server>, IAsyncTest
{
    private static readonly ProjectName Requests = ProjectName.Parse("requests");
    private readonly TemporaryDirectory _directory = new();
    private readonly RedisConnection _redis;
    private readonly IDistributedCache _cache;

    public RedisPageCacheTests(Server server)
    {
        _redis = new RedisConnection(new RedisOptions { Configuration = server.Redis.Configuration, KeyPrefix = Guid.NewGuid().ToString("n") });
        _cache = RedisPageCache.Create(_redis);
        Store = Replica("one", _cache);
    }

    protected override IPageStore Store { get; }

    [Fact]
    public async Task Page_of_one_replica_is_read_by_another()
    {
        var snapshot = Some("requests");
        await Store.PutAsync(snapshot, default);
        AssertSame(snapshot, await Replica("two", _cache).GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Redis_killed_or_silent_leaves_the_pages_on_disk()
    {
        await using var own = await RedisServer.StartAsync();
        await using var redis = new RedisConnection(new RedisOptions { Configuration = own.Configuration });
        var store = Replica("three", RedisPageCache.Create(redis), new SharedPageOptions { PauseAfterFailure = TimeSpan.Zero });
        var snapshot = Some("requests");
        await store.PutAsync(snapshot, default);

        await own.StopAnsweringAsync();
        AssertSame(snapshot, await store.GetAsync("pypi", Requests, default));
        await own.AnswerAgainAsync();
        await own.KillAsync();
        AssertSame(snapshot, await store.GetAsync("pypi", Requests, default));

        var newer = Some("requests", files: 3) with { FetchedAt = Noon.AddHours(1) };
        await store.PutAsync(newer, default);
        AssertSame(newer, await store.GetAsync("pypi", Requests, default));
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    private SharedPageStore Replica(string name, IDistributedCache cache, SharedPageOptions? options = null)
    {
        var disk = new DiskPageStore(Path.Combine(_directory.Path, name), PageLimits.Default, NullLogger<DiskPageStore>.Instance);
        return new SharedPageStore(disk, cache, PageLimits.Default, options ?? new SharedPageOptions(), TimeProvider.System, NullLogger<SharedPageStore>.Instance);
    }

    public sealed class Server : IAsyncLifetime
    {
        public RedisServer Redis { get; private set; } = null!;

        public async Task InitializeAsync() => Redis = await RedisServer.StartAsync();

        public async Task DisposeAsync() => await Redis.DisposeAsync();
    }
}
