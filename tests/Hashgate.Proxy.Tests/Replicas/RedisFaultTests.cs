using Hashgate.Testing;
using Xunit.Abstractions;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>What becomes of two replicas' clients when Redis fails them, and that the runbooks of docs/operations.md bring first uses back.</summary>
[Trait("Needs", "redis"), Trait("Needs", "nginx")]
public sealed class RedisFaultTests(RedisFaultTests.Replicas replicas, ITestOutputHelper output) : IClassFixture<RedisFaultTests.Replicas>
{
    private ReplicaProcesses Rig => replicas.Rig;

    [Theory]
    [InlineData("killed")]
    [InlineData("paused")]
    public async Task Redis_that_is_gone_stops_first_uses_and_they_come_back_alone(string how)
    {
        await using var load = await FaultLoad.StartAsync(Rig, how);
        await (how == "killed" ? Rig.Redis.KillAsync() : Rig.Redis.StopAnsweringAsync());
        await WaitForReasonAsync("Redis");
        await load.AssertStoppedAsync();

        await (how == "killed" ? Rig.Redis.StartAgainAsync() : Rig.Redis.AnswerAgainAsync());
        await WaitUntilReadyAsync();
        output.WriteLine(await load.AssertRightAsync());
    }

    [Fact]
    public async Task Redis_that_was_flushed_stops_first_uses_until_it_is_restored()
    {
        await using var load = await FaultLoad.StartAsync(Rig, "flushed");
        Assert.Equal("+OK", await Rig.Redis.CommandAsync("FLUSHALL"));
        await WaitForReasonAsync("trust restore");
        await load.AssertStoppedAsync();

        await RestoreAsync();
        await WaitUntilReadyAsync();
        output.WriteLine(await load.AssertRightAsync());
    }

    [Fact]
    public async Task Redis_that_came_back_from_an_old_dump_stops_first_uses_until_it_is_restored()
    {
        using var directory = new TemporaryDirectory();
        var dump = Path.Combine(directory.Path, "dump");
        Rig.Redis.CopyData(dump);
        await using var load = await FaultLoad.StartAsync(Rig, "older");
        await Rig.Redis.StartFromAsync(dump);
        await WaitForReasonAsync("older");
        await load.AssertStoppedAsync();

        await RestoreAsync();
        await WaitUntilReadyAsync();
        output.WriteLine(await load.AssertRightAsync());
    }

    [Fact]
    public async Task Primary_that_is_lost_is_followed_by_another()
    {
        await using var redis = await RedisSentinels.StartAsync();
        await using var rig = await ReplicaProcesses.StartAsync(2, program => program.Set("Redis:Configuration", redis.Configuration));
        await using var load = await FaultLoad.StartAsync(rig, "failed-over");
        await redis.First.KillAsync();
        foreach (var replica in rig.Replicas) await replica.Server.WaitForReasonAsync("Redis");

        await redis.UntilPrimaryAsync(redis.Second);
        foreach (var replica in rig.Replicas) await replica.Server.WaitUntilReadyAsync();
        output.WriteLine(await load.AssertRightAsync());
    }

    private async Task WaitForReasonAsync(string words)
    {
        foreach (var replica in Rig.Replicas) await replica.Server.WaitForReasonAsync(words);
    }

    private async Task WaitUntilReadyAsync()
    {
        foreach (var replica in Rig.Replicas) await replica.Server.WaitUntilReadyAsync();
    }

    /// <summary>The runbook.</summary>
    private async Task RestoreAsync()
    {
        var first = Rig.Replicas[0].Program;
        var journals = Rig.Replicas.Skip(1).SelectMany(replica => (string[])["--journal", Path.Combine(replica.Program.DataDirectory, "journal")]);
        var restored = await first.RunAsync(["trust", "restore", .. journals]);
        Assert.True(restored.ExitCode == 0, restored.Output + restored.Errors);
        Assert.Contains("0 in conflict", restored.Output, StringComparison.Ordinal);
        foreach (var replica in Rig.Replicas)
        {
            var policy = await replica.Program.RunAsync("policy", "restore");
            Assert.True(policy.ExitCode == 0, policy.Output + policy.Errors);
        }
    }

    /// <summary>One Redis and two replicas for all faults that one Redis can have.</summary>
    public sealed class Replicas : IAsyncLifetime
    {
        internal ReplicaProcesses Rig { get; private set; } = null!;

        public async Task InitializeAsync() => Rig = await ReplicaProcesses.StartAsync(2);

        public async Task DisposeAsync() => await Rig.DisposeAsync();
    }
}
