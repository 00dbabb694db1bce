using Hashgate.Storage.Redis;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Hashgate.Storage.Tests.Redis;

[Trait("Needs", "redis")]
public sealed class RedisLeasesTests : IAsyncTest
{
    private const string Work = "file:numpy/numpy-2.0.0.tar.gz";

    private readonly ManualTimeProvider _time = new();
    private RedisServer _server = null!;
    private RedisConnection _redis = null!;
    private RedisLeases _leases = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _redis = new RedisConnection(new RedisOptions { Configuration = _server.Configuration, Timeout = TimeSpan.FromSeconds(20) });
        _leases = new RedisLeases(_redis, _time, NullLogger<RedisLeases>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task One_holds_a_lease_at_a_time_and_everybody_sees_it()
    {
        Assert.False(await _leases.IsHeldAsync(Work, default));
        var lease = await _leases.TryTakeAsync(Work, default);
        Assert.NotNull(lease);
        Assert.Null(await _leases.TryTakeAsync(Work, default));
        Assert.True(await _leases.IsHeldAsync(Work, default));

        await lease.DisposeAsync();

        Assert.False(await _leases.IsHeldAsync(Work, default));
        Assert.NotNull(await _leases.TryTakeAsync(Work, default));
    }

    [Fact]
    public async Task Lease_is_renewed_while_its_work_moves_and_left_to_end_when_it_stands_still()
    {
        await using var lease = await _leases.TryTakeAsync(Work, default);
        for (var i = 0; i < 20; i++)
        {
            Assert.True(await RenewsAsync());
            lease!.Moved();
        }
        for (var i = 0; i < 7; i++) Assert.True(await RenewsAsync());
        Assert.False(await RenewsAsync());

        lease!.Moved();
        Assert.True(await RenewsAsync());
    }

    [Fact]
    public async Task Lease_that_another_took_meanwhile_is_neither_renewed_nor_given_back()
    {
        var lease = await _leases.TryTakeAsync(Work, default);
        await OnKeyAsync((db, key) => db.StringSetAsync(key, "another"));
        Assert.False(await RenewsAsync());
        await lease!.DisposeAsync();
        Assert.True(await _leases.IsHeldAsync(Work, default));
    }

    [Fact]
    public async Task Redis_that_is_away_lets_everybody_work()
    {
        await using var own = await RedisServer.StartAsync();
        await using var redis = new RedisConnection(new RedisOptions { Configuration = own.Configuration });
        var leases = new RedisLeases(redis, _time, NullLogger<RedisLeases>.Instance);
        Assert.NotNull(await leases.TryTakeAsync(Work, default));
        await own.KillAsync();
        Assert.False(await leases.IsHeldAsync(Work, default));
        Assert.NotNull(await leases.TryTakeAsync(Work, default));
    }

    /// <summary>Whether a look at the lease sets the time to its end anew. Commands of one connection are run in the order in which they are sent.</summary>
    private async Task<bool> RenewsAsync()
    {
        await OnKeyAsync((db, key) => db.KeyExpireAsync(key, TimeSpan.FromHours(1)));
        _time.Advance(TimeSpan.FromSeconds(2));
        return await OnKeyAsync((db, key) => db.KeyTimeToLiveAsync(key)) < TimeSpan.FromMinutes(1);
    }

    private async Task<T> OnKeyAsync<T>(Func<IDatabase, RedisKey, Task<T>> run) => await _redis.RunAsync(db => run(db, _redis.Key("lease:" + Work)), default);
}
