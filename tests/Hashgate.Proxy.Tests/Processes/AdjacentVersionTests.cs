using Hashgate.Testing;
using StackExchange.Redis;

namespace Hashgate.Proxy.Tests.Processes;

/// <summary>What a program does over a Redis that the version before it or after it writes to as well.</summary>
[Trait("Needs", "redis")]
public sealed class AdjacentVersionTests
{
    private const string State = "{hashgate}:trust:state";
    private const string Records = "{hashgate}:trust:project:";

    [Fact]
    public async Task Program_beside_a_newer_one_goes_on_but_does_not_start_again()
    {
        await using var rig = await RedisRig.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(rig.Redis.Configuration);
        var version = (long)await redis.GetDatabase().HashGetAsync(State, "version");

        // A newer program says so when it starts, and may write records that this one can't read.
        await redis.GetDatabase().HashSetAsync(State, "version", version + 1);
        await ReformatAsync(redis.GetDatabase(), "claimed");
        await rig.AssertServedAsync(rig.Proven);
        await rig.AssertServedAsync(rig.AddNew("later"));
        await rig.AssertNoFirstUseAsync(rig.Claimed);

        await rig.Server.DisposeAsync();
        var again = await rig.Program.RunAsync("--urls", "http://127.0.0.1:0");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains($"schema version {version + 1}", Assert.Single(again.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_over_the_store_of_an_older_one_takes_it_on()
    {
        await using var rig = await RedisRig.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(rig.Redis.Configuration);
        var version = (long)await redis.GetDatabase().HashGetAsync(State, "version");

        await redis.GetDatabase().HashSetAsync(State, "version", version - 1);
        await rig.RestartServerAsync();
        await rig.Server.WaitUntilReadyAsync();
        foreach (var file in (FakeFile[])[rig.Proven, rig.Claimed, rig.AddNew("later")]) await rig.AssertServedAsync(file);
        Assert.Equal(version, (long)await redis.GetDatabase().HashGetAsync(State, "version"));
    }

    /// <summary>Writes a project's records as a format that nobody knows: the byte behind the sequence says which it is.</summary>
    private static async Task ReformatAsync(IDatabase redis, string project)
    {
        var records = await redis.HashGetAllAsync(Records + project);
        Assert.NotEmpty(records);
        foreach (var record in records)
        {
            var bytes = (byte[])record.Value!;
            bytes[sizeof(long)] = byte.MaxValue;
            await redis.HashSetAsync(Records + project, record.Name, bytes);
        }
    }
}
