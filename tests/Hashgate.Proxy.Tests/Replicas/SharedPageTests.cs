using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Replicas;

[Trait("Needs", "redis")]
public sealed class SharedPageTests
{
    [Fact]
    public async Task Page_that_many_ask_three_replicas_for_is_read_from_the_upstream_once()
    {
        await using var rig = await ReplicaRig.StartAsync(3);
        var file = rig.Add("crowd", 1000);

        var pages = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => rig[i % 3].Client.GetStringAsync("/simple/crowd/")));

        Assert.All(pages, page => Assert.Contains(file.Filename, page, StringComparison.Ordinal));
        Assert.Equal(1, rig.Index.Requests.Count(FakeIndex.PagePath("crowd")));
    }

    [Fact]
    public async Task File_that_no_replica_knows_is_looked_for_on_the_upstreams_page_of_now()
    {
        await using var rig = await ReplicaRig.StartAsync(2);
        rig.Add("growing", 1000);
        foreach (var replica in (int[])[0, 1]) await rig[replica].Client.GetStringAsync("/simple/growing/");
        var later = rig.Index.Add(TestWheel.Build("growing", "2.0"));

        await ReplicaRig.AssertServedAsync(rig[1], later);

        Assert.Equal(2, rig.Index.Requests.Count(FakeIndex.PagePath("growing")));
    }
}
