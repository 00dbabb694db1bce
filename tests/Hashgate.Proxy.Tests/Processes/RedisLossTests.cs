using System.Collections.Concurrent;
using System.Net;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

[Trait("Needs", "redis")]
public sealed class RedisLossTests
{
    [Fact]
    public async Task Flush_under_running_server_lets_no_first_use_in_until_restored()
    {
        await using var rig = await RedisRig.StartAsync();
        var before = (await rig.RunAsync("trust", "export")).Output;

        // First uses are under way all the time while the records go.
        var taken = new ConcurrentBag<FakeFile>();
        var first = Enumerable.Range(0, 60).Select(i => rig.AddNew($"meanwhile-{i}")).ToArray();
        var answered = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = Parallel.ForEachAsync(first, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (file, _) =>
        {
            using var answer = await rig.GetAsync(file);
            if (answer.StatusCode == HttpStatusCode.OK) taken.Add(file);
            else Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
            if (Interlocked.Increment(ref answered) == 20) enough.TrySetResult();
        });
        await enough.Task;
        Assert.Equal("+OK", await rig.Redis.CommandAsync("FLUSHALL"));
        await rig.AssertClosedAsync("late");
        await asking;
        await rig.AssertClosedAsync("later");

        Assert.Contains("emptied", await rig.Server.WaitForReasonAsync("trust restore"), StringComparison.Ordinal);
        Assert.Equal("", (await rig.RunAsync("trust", "export")).Output);
        await AssertDiffersAsync(rig);

        await AssertRestoredAsync(rig, before);
        var records = await rig.Server.ExportAsync();
        foreach (var file in taken) Assert.Contains(records, r => r.Contains(file.Hashes["sha256"], StringComparison.Ordinal));
        await rig.AssertOpenAsync("late");
    }

    [Fact]
    public async Task Older_dump_under_running_server_lets_no_first_use_in_until_restored()
    {
        await using var rig = await RedisRig.StartAsync();
        using var older = new TemporaryDirectory();
        Copy(Path.Combine(rig.Redis.DataDirectory, "appendonlydir"), older.Path);
        var afterwards = rig.AddNew("after-the-dump");
        await rig.AssertServedAsync(afterwards);
        var before = (await rig.RunAsync("trust", "export")).Output;

        await rig.Redis.KillAsync();
        Directory.Delete(Path.Combine(rig.Redis.DataDirectory, "appendonlydir"), recursive: true);
        Copy(older.Path, Path.Combine(rig.Redis.DataDirectory, "appendonlydir"));
        await rig.Redis.StartAgainAsync();
        await rig.AssertClosedAsync("late");
        Assert.Contains("older", await rig.Server.WaitForReasonAsync("trust restore"), StringComparison.Ordinal);
        await rig.AssertClosedAsync("later");
        await rig.AssertServedAsync(afterwards);
        Assert.NotEqual(before, (await rig.RunAsync("trust", "export")).Output);
        await AssertDiffersAsync(rig);

        // Another start changes nothing about it.
        await rig.RestartServerAsync();
        Assert.Contains(await rig.Server.ReasonsAsync(), r => r.Contains("older", StringComparison.Ordinal));
        await rig.AssertNoFirstUseAsync(rig.AddNew("after-the-start"));

        await AssertRestoredAsync(rig, before);
        await rig.AssertOpenAsync("late");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Redis_that_dies_or_hangs_is_waited_for_and_found_again(bool dies)
    {
        await using var rig = await RedisRig.StartAsync();
        var before = (await rig.RunAsync("trust", "export")).Output;
        await (dies ? rig.Redis.KillAsync() : rig.Redis.StopAnsweringAsync());
        await rig.AssertClosedAsync("late");
        await rig.Server.WaitForReasonAsync("Redis");
        Assert.Equal(3, (await rig.Program.RunAsync("trust", "show", "proven")).ExitCode);

        await (dies ? rig.Redis.StartAgainAsync() : rig.Redis.AnswerAgainAsync());
        await rig.Server.WaitUntilReadyAsync();
        // One that hung may have carried out what it was asked before; nobody was told of that.
        Assert.StartsWith(before, (await rig.RunAsync("trust", "export")).Output, StringComparison.Ordinal);
        await rig.AssertOpenAsync("late");
    }

    private static async Task AssertDiffersAsync(RedisRig rig)
    {
        var diff = await rig.RunAsync("trust", "diff");
        Assert.Equal(1, diff.ExitCode);
        Assert.Contains("missing in the store: ", diff.Output, StringComparison.Ordinal);
    }

    /// <summary>Every record that was there is back as it was, to the byte.</summary>
    private static async Task AssertRestoredAsync(RedisRig rig, string before)
    {
        var restored = await rig.RunAsync("trust", "restore");
        Assert.Equal(0, restored.ExitCode);
        Assert.Contains("0 in conflict", restored.Output, StringComparison.Ordinal);
        // Its identity went with the records.
        Assert.Equal(0, (await rig.RunAsync("policy", "restore")).ExitCode);
        Assert.Empty(await rig.Server.ReasonsAsync());
        var after = (await rig.RunAsync("trust", "export")).Output;
        Assert.StartsWith(before, after, StringComparison.Ordinal);
        Assert.Equal(0, (await rig.RunAsync("trust", "diff")).ExitCode);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
