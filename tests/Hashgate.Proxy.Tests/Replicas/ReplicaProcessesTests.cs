using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>Three replicas, each a process, behind nginx.</summary>
[Trait("Needs", "redis"), Trait("Needs", "nginx")]
public sealed class ReplicaProcessesTests : IAsyncLifetime
{
    private ReplicaProcesses _rig = null!;

    public async Task InitializeAsync() => _rig = await ReplicaProcesses.StartAsync(3);

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Cold_page_and_files_that_200_clients_ask_for_at_once_are_each_read_once()
    {
        // Below what is verified first; above it, where clients read while it arrives; and so slow that clients are told to come again.
        var (small, large, slow) = (_rig.Add("small", 200_000), _rig.Add("large", 12_000_000), _rig.Add("slow", 12_000_000));
        _rig.Index.Faults.Always(slow.Path, Fault.Slow(1_000_000, TimeSpan.FromSeconds(1)));

        await Crowd(_ => _rig.Client.GetStringAsync("simple/small/"));
        foreach (var file in (FakeFile[])[small, large, slow]) await Crowd(_ => _rig.AssertServedAsync(file));

        Assert.Equal(1, _rig.Index.Requests.Count(FakeIndex.PagePath("small")));
        Assert.All([small, large, slow], file => Assert.Equal(1, _rig.Index.Requests.Count(file.Path)));
        Assert.All(_rig.Replicas, replica => Assert.DoesNotContain("\"Level\":\"Error\"", replica.Server.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replica_killed_in_the_middle_of_a_fetch_leaves_the_file_to_the_others_and_nothing_half_done_to_see()
    {
        var file = _rig.Add("large", 12_000_000);
        var gate = new Gate();
        _rig.Index.Faults.Once(file.Path, Fault.HoldBody(9_000_000, gate));
        var cutOff = Assert.ThrowsAnyAsync<Exception>(() => ReplicaProcesses.AssertServedAsync(_rig[0].Client, file));
        await gate.Reached;
        await _rig.Store.AwaitRequestAsync("partNumber=1");
        Assert.Empty(_rig.Store.Files);

        var others = Crowd(i => ReplicaProcesses.AssertServedAsync(_rig[1 + (i % 2)].Client, file));
        await AwaitLooksAsync(file, 4);
        await _rig[0].KillAsync();
        gate.Open();
        await cutOff;
        await others;

        Assert.Equal(2, _rig.Index.Requests.Count(file.Path));
        // Whatever was visible first is visible still: nothing is written where something is.
        Assert.True(file.Bytes.AsSpan().SequenceEqual(Assert.Single(_rig.Store.Files).Value));
        await _rig.Replicas[0].StartAsync();
        await ReplicaProcesses.AssertServedAsync(_rig[0].Client, file);
        Assert.Equal(2, _rig.Index.Requests.Count(file.Path));
    }

    private static Task Crowd(Func<int, Task> client) => Task.WhenAll(Enumerable.Range(0, 200).Select(client));

    /// <summary>Waits until the store was asked for a file so often: twice by who fetches it, once by each who then waits.</summary>
    private async Task AwaitLooksAsync(FakeFile file, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_rig.Store.Requests.Count(r => r.StartsWith("GET ", StringComparison.Ordinal) && r.EndsWith(file.Hashes["sha256"], StringComparison.Ordinal)) < count) await Task.Delay(20, deadline.Token);
    }
}
