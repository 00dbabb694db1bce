using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Redis;

[Trait("Needs", "redis")]
public sealed class RedisSentinelTests
{
    [Fact]
    public async Task Writes_follow_the_primary_and_never_go_to_the_one_before()
    {
        await using var servers = await RedisSentinels.StartAsync();
        await using var redis = new RedisConnection(new RedisOptions { Configuration = servers.Configuration });
        Assert.True(await SetAsync(redis, "first"));
        Assert.Equal("first", await ReadAsync(servers.First));

        await servers.First.KillAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await SetAsync(redis, "nowhere"));
        await servers.UntilPrimaryAsync(servers.Second);
        await UntilSetAsync(redis, "second");

        // It comes back as the primary that it was, and takes writes until a Sentinel tells it otherwise.
        await servers.First.StartAgainAsync();
        await using var later = new RedisConnection(new RedisOptions { Configuration = servers.Configuration });
        for (var i = 0; i < 20; i++)
        {
            Assert.True(await SetAsync(i % 2 == 0 ? redis : later, $"third {i}"));
            Assert.Equal($"third {i}", await ReadAsync(servers.Second));
        }
        foreach (var server in (RedisServer[])[servers.Second, .. servers.Sentinels]) Assert.Empty(await server.RefusedAsync());
    }

    [Fact]
    public async Task Sentinels_that_are_away_at_the_start_are_found_when_they_come()
    {
        await using var servers = await RedisSentinels.StartAsync();
        foreach (var sentinel in servers.Sentinels) await sentinel.KillAsync();
        await using var redis = new RedisConnection(new RedisOptions { Configuration = servers.Configuration });
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await SetAsync(redis, "nowhere"));
        Assert.Contains("Sentinel", error.Message, StringComparison.Ordinal);

        // One is enough to be told by.
        await servers.Sentinels[1].StartAgainAsync();
        await UntilSetAsync(redis, "found");
        Assert.Equal("found", await ReadAsync(servers.First));

        await using var stranger = new RedisConnection(new RedisOptions { Configuration = servers.Configuration.Replace("serviceName=hashgate", "serviceName=other", StringComparison.Ordinal) });
        Assert.Contains("'other'", (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await SetAsync(stranger, "nowhere"))).Message, StringComparison.Ordinal);
    }

    private static ValueTask<bool> SetAsync(RedisConnection redis, string value) => redis.RunAsync(db => db.StringSetAsync(redis.Key("k"), value), default);

    private static async Task<string?> ReadAsync(RedisServer server) => await server.LinesAsync("GET {hashgate}:k", 2) is [_, var value] ? value : null;

    private static async Task UntilSetAsync(RedisConnection redis, string value)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                if (await SetAsync(redis, value)) return;
            }
            catch (StoreUnavailableException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(50);
            }
        }
    }
}
