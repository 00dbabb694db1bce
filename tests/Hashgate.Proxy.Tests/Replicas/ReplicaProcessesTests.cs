namespace Hashgate.Proxy.Tests.Replicas;

[Trait("Needs", "redis"), Trait("Needs", "nginx")]
public sealed class ReplicaProcessesTests
{
    [Fact]
    public async Task Cold_file_that_200_clients_ask_three_replicas_for_is_fetched_once()
    {
        await using var rig = await ReplicaProcesses.StartAsync(3);
        foreach (var size in (int[])[200_000, 12_000_000])
        {
            var file = rig.Add($"crowd-{size}", size);
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => rig.AssertServedAsync(file)));
            Assert.Equal(1, rig.Index.Requests.Count(file.Path));
        }
    }
}
