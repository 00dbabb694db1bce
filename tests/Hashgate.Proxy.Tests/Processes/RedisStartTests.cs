using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

[Trait("Needs", "redis")]
public sealed class RedisStartTests
{
    [Theory]
    [InlineData("appendonly no", "--appendonly", "no")]
    [InlineData("appendfsync everysec", "--appendfsync", "everysec")]
    [InlineData("maxmemory-policy allkeys-lru", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")]
    [InlineData("AssumeDurable", "--rename-command", "CONFIG", "")]
    public async Task Serve_forgetful_Redis_is_a_wrong_setting_in_one_line(string named, params string[] arguments)
    {
        var result = await ServeAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_Redis_that_is_wrong_in_every_way_gets_a_line_for_each()
    {
        var result = await ServeAsync("--appendonly", "no", "--appendfsync", "everysec", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(3, result.ErrorLines.Count);
        Assert.All(result.ErrorLines, line => Assert.StartsWith("hashgate: Redis has ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serve_Redis_that_forbids_CONFIG_is_taken_at_the_operators_word()
    {
        using var directory = new TemporaryDirectory();
        await using var index = await FakeIndex.StartAsync();
        await using var redis = await RedisServer.StartAsync("--rename-command", "CONFIG", "");
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var server = await new HashgateProgram(Path.Combine(directory.Path, "data")).Over(index).With(redis).Set("Redis:AssumeDurable", "true").StartAsync();
        Assert.Empty(await server.ReasonsAsync());
        Assert.Equal(file.Bytes, await server.Client.GetByteArrayAsync(file.Path.TrimStart('/')));
    }

    [Fact]
    public async Task Serve_Redis_away_at_the_start_serves_what_is_proven_and_recovers_alone()
    {
        await using var rig = await RedisRig.StartAsync();
        await rig.Redis.KillAsync();
        await rig.RestartServerAsync();
        Assert.Contains("Redis", await rig.Server.WaitForReasonAsync("Redis"), StringComparison.Ordinal);
        await rig.AssertClosedAsync("late");

        await rig.Redis.StartAgainAsync();
        await rig.AssertOpenAsync("late");
    }

    [Fact]
    public async Task Serve_another_Redis_than_before_takes_no_first_use()
    {
        await using var rig = await RedisRig.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using (var elsewhere = await new HashgateProgram(rig.Program.DataDirectory + "-elsewhere").Over(rig.Index).With(other).StartAsync()) await elsewhere.HashesAsync("proven");
        rig.Program.With(other);
        await rig.RestartServerAsync();
        await rig.Server.WaitForReasonAsync("the journal belongs to store");
        await rig.AssertClosedAsync("late");

        rig.Program.With(rig.Redis);
        await rig.RestartServerAsync();
        await rig.AssertOpenAsync("late");
    }

    private static async Task<ProgramResult> ServeAsync(params string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(arguments);
        return await new HashgateProgram(Path.Combine(directory.Path, "data")).With(redis).RunAsync("--urls", "http://127.0.0.1:0");
    }
}
