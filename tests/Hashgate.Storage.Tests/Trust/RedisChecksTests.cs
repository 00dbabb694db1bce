using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Trust;

[Trait("Needs", "redis")]
public sealed class RedisChecksTests
{
    [Fact]
    public async Task Run_durable_server_has_no_problem() => Assert.Empty(await ProblemsAsync(false));

    [Theory]
    [InlineData("appendonly", "--appendonly", "no")]
    [InlineData("appendfsync everysec", "--appendfsync", "everysec")]
    [InlineData("maxmemory-policy allkeys-lru", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")]
    public async Task Run_forgetful_server_names_the_setting(string named, params string[] arguments) =>
        Assert.Contains(named, Assert.Single(await ProblemsAsync(false, arguments)), StringComparison.Ordinal);

    [Fact]
    public async Task Run_limit_with_volatile_policy_has_no_problem() =>
        Assert.Empty(await ProblemsAsync(false, "--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru"));

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Run_server_that_forbids_config_is_taken_as_assumed(bool assumeDurable, int problems) =>
        Assert.Equal(problems, (await ProblemsAsync(assumeDurable, "--rename-command", "CONFIG", "")).Count);

    [Fact]
    public async Task Run_newer_schema_is_a_problem()
    {
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("HSET {hashgate}:trust:state version 99");
        Assert.Contains("version 99", Assert.Single((await CheckAsync(server, false)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_older_schema_is_raised_so_that_no_older_program_comes_in()
    {
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("HSET {hashgate}:trust:state version 1");
        Assert.Empty((await CheckAsync(server, false)).Problems);
        await using var connection = new RedisConnection(new RedisOptions { Configuration = server.Configuration });
        Assert.Equal(2, (long)await connection.RunAsync(db => db.HashGetAsync("{hashgate}:trust:state", "version"), default));
    }

    [Fact]
    public async Task Run_cluster_setting_on_a_single_server_is_a_problem()
    {
        await using var server = await RedisServer.StartAsync();
        Assert.Contains("Hashgate:Redis:Cluster", Assert.Single((await CheckAsync(server, false, cluster: true)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_nobody_there_is_unreachable_and_no_problem()
    {
        await using var server = await RedisServer.StartAsync();
        await server.KillAsync();
        var result = await CheckAsync(server, false);
        Assert.NotNull(result.Unreachable);
        Assert.Empty(result.Problems);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pin_server_that_dies_or_hangs_is_unavailable_and_found_again(bool dies)
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = new RedisConnection(new RedisOptions { Configuration = server.Configuration });
        var store = new RedisTrustStore(connection);
        await store.InitializeAsync(0, "s", default);
        if (dies) await server.KillAsync();
        else await server.StopAnsweringAsync();
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<StoreUnavailableException>(() => PinAsync(store));
        if (dies) await server.StartAgainAsync();
        else await server.AnswerAgainAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                // A first try that timed out may have been carried out once the server went on.
                Assert.NotNull((await PinAsync(store)).Pins.Single().Record);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    [Fact]
    public async Task Pin_full_server_is_unavailable_and_half_of_nothing_is_recorded()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = new RedisConnection(new RedisOptions { Configuration = server.Configuration });
        var store = new RedisTrustStore(connection);
        await store.InitializeAsync(0, "s", default);
        await server.CommandAsync("CONFIG SET maxmemory 1");
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => PinAsync(store));
        Assert.Contains("OOM", error.Message, StringComparison.Ordinal);
        await server.CommandAsync("CONFIG SET maxmemory 0");
        Assert.Equal(new StoreState("s", 0), await store.GetStateAsync(0, default));
        Assert.Equal(PinOutcome.New, (await PinAsync(store)).Pins.Single().Outcome);
    }

    [Fact]
    public async Task Pin_leaves_no_key_that_expires()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = new RedisConnection(new RedisOptions { Configuration = server.Configuration, KeyPrefix = "mine" });
        var store = new RedisTrustStore(connection);
        await store.InitializeAsync(0, "s", default);
        await PinAsync(store);
        foreach (var key in (string[])["state", "sequence", "project:demo"]) Assert.Equal(":-1", await server.CommandAsync($"PTTL {{mine}}:trust:{key}"));
        Assert.Equal(":3", await server.CommandAsync("DBSIZE"));
    }

    private static Task<PinResult> PinAsync(RedisTrustStore store) => store.PinAsync(
        ProjectName.Parse("demo"), "pypi", [TrustClaims.Of("demo-1.zip", "a")], DateTimeOffset.UnixEpoch, new StoreFence("s", 0), default).AsTask();

    private static async Task<IReadOnlyList<string>> ProblemsAsync(bool assumeDurable, params string[] arguments)
    {
        await using var server = await RedisServer.StartAsync(arguments);
        var result = await CheckAsync(server, assumeDurable);
        Assert.Null(result.Unreachable);
        return result.Problems;
    }

    private static async Task<RedisCheckResult> CheckAsync(RedisServer server, bool assumeDurable, bool cluster = false)
    {
        var options = new RedisOptions { Configuration = server.Configuration, AssumeDurable = assumeDurable, Cluster = cluster };
        await using var connection = new RedisConnection(options);
        return await RedisChecks.RunAsync(connection, options, default);
    }
}
