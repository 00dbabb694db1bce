using Hashgate.Core.Packaging;
using Hashgate.Storage.Pages;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Sessions;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Storage.Trust;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Redis;

/// <summary>Where keys lie in a cluster, and what touches several of them at once.</summary>
[Collection(ClusterTests.Name), Trait("Needs", "redis")]
public sealed class ClusterKeyTests(ClusterTests.Fixture fixture) : IAsyncTest
{
    private readonly RedisBed _bed = RedisBed.In(fixture.Cluster);

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public void Key_lies_with_its_family_or_part_and_is_as_ever_without_a_cluster()
    {
        var (spread, single) = (new RedisConnection(new RedisOptions { Cluster = true }), new RedisConnection(new RedisOptions()));
        Assert.Equal(["{hashgate:events}", "{hashgate:events}:sums:end", "{hashgate:trust:7}:state"], Some(spread));
        Assert.Equal(["{hashgate}:events", "{hashgate}:events:sums:end", "{hashgate}:trust:state"], Some(single));

        static string[] Some(RedisConnection redis) => [redis.Key("events")!, redis.Key("events:sums:end")!, redis.Key("trust", "7", "state")!];
    }

    [Fact]
    public async Task Leases_pages_session_keys_and_replicas_work_in_a_cluster()
    {
        var redis = _bed.Connect();
        var leases = new RedisLeases(redis, new ManualTimeProvider(), NullLogger<RedisLeases>.Instance);
        var lease = (await leases.TryTakeAsync("page:pypi/demo", default))!;
        Assert.Null(await leases.TryTakeAsync("page:pypi/demo", default));

        var pages = new RedisPages(redis, new SharedPageOptions());
        var project = ProjectName.Parse("demo");
        Assert.Equal(SharedPageOutcome.Kept, await pages.PutAsync("pypi", project, lease.Number, "digest", [1], [2], default));
        Assert.Equal([2], (await pages.GetAsync("pypi", project, default))!.Body);
        await lease.DisposeAsync();

        using var keys = new RedisSessionKeys(redis, TimeProvider.System);
        await keys.LoadAsync(default);
        keys.StoreElement(new System.Xml.Linq.XElement("key"), "k1");
        using var others = new RedisSessionKeys(_bed.Connect(), TimeProvider.System);
        await others.LoadAsync(default);
        Assert.Single(others.GetAllElements());
        await ReplicaListTests.AssertSeeEachOtherAsync(_bed);
    }

    [Fact]
    public async Task Checks_tell_a_setting_that_does_not_fit_what_is_there()
    {
        var (spread, single) = (new RedisOptions { Configuration = fixture.Cluster.Configuration, Cluster = true, KeyPrefix = $"{Guid.NewGuid():n}" }, new RedisOptions { Configuration = fixture.Cluster.Configuration });
        single.KeyPrefix = spread.KeyPrefix;
        Assert.Empty(await ProblemsAsync(spread));
        Assert.Contains("set Hashgate:Redis:Cluster to true", Assert.Single(await ProblemsAsync(single)), StringComparison.Ordinal);

        await using (var redis = new RedisConnection(single)) await new RedisTrustStore(redis).InitializeAsync(0, "s", default);
        Assert.Empty(await ProblemsAsync(single));
        Assert.Contains("set it to false again", Assert.Single(await ProblemsAsync(spread)), StringComparison.Ordinal);

        await using (var redis = new RedisConnection(spread)) await new RedisTrustStore(redis).InitializeAsync(0, "s", default);
        Assert.Contains("set Hashgate:Redis:Cluster to true", Assert.Single(await ProblemsAsync(single)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checks_look_at_every_server()
    {
        var careless = fixture.Cluster.Servers[1];
        await careless.CommandAsync("CONFIG SET appendfsync everysec");
        try
        {
            var problem = Assert.Single(await ProblemsAsync(new RedisOptions { Configuration = fixture.Cluster.Configuration, Cluster = true }));
            Assert.Contains($"127.0.0.1:{careless.Port} has appendfsync everysec", problem, StringComparison.Ordinal);
        }
        finally
        {
            await careless.CommandAsync("CONFIG SET appendfsync always");
        }
    }

    private static async Task<IReadOnlyList<string>> ProblemsAsync(RedisOptions options)
    {
        await using var redis = new RedisConnection(options);
        var result = await RedisChecks.RunAsync(redis, options, default);
        Assert.Null(result.Unreachable);
        return result.Problems;
    }
}
