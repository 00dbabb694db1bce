using Hashgate.Core.Replicas;
using Hashgate.Storage.Replicas;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>Who is there, by each one's own word.</summary>
public sealed class ReplicaListTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Single_process_is_the_only_one()
    {
        var list = new SingleReplicaList();
        Assert.Empty(await list.ListAsync(Now, default));
        await list.BeatAsync(Some("one"), Now, default);
        Assert.Equal([new SeenReplica(Some("one"), Now)], await list.ListAsync(Now, default));
        await list.LeaveAsync(Some("one"), default);
        Assert.Empty(await list.ListAsync(Now, default));
    }

    [Fact, Trait("Needs", "redis")]
    public async Task Replicas_of_one_redis_see_each_other_until_they_leave_or_are_forgotten()
    {
        await using var bed = await RedisBed.OwnAsync();
        await AssertSeeEachOtherAsync(bed);
    }

    internal static async Task AssertSeeEachOtherAsync(RedisBed bed)
    {
        var list = new RedisReplicaList(bed.Connect());
        await list.BeatAsync(Some("one"), Now - IReplicaList.RememberedFor / 2, default);
        await list.BeatAsync(Some("two"), Now - TimeSpan.FromSeconds(30), default);
        await list.BeatAsync(Some("two"), Now, default);
        Assert.Equal([new SeenReplica(Some("two"), Now), new SeenReplica(Some("one"), Now - IReplicaList.RememberedFor / 2)], await list.ListAsync(Now, default));

        await list.BeatAsync(Some("three"), Now + IReplicaList.RememberedFor / 2 + TimeSpan.FromMinutes(1), default);
        Assert.Equal(["three", "two"], (await list.ListAsync(Now + IReplicaList.RememberedFor / 2 + TimeSpan.FromMinutes(1), default)).Select(s => s.Replica.Id));
        await list.LeaveAsync(Some("two"), default);
        Assert.Equal(["three"], (await list.ListAsync(Now, default)).Select(s => s.Replica.Id));
    }

    private static Replica Some(string id) => new(id, "host", "0.1.0", Now - TimeSpan.FromDays(1));
}
