using System.Net;
using Hashgate.Core.Events;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Replicas;

[Trait("Needs", "redis")]
public sealed class SharedBlobTests
{
    /// <summary>Below what is verified first, and above it, where clients read while the file arrives.</summary>
    public static readonly TheoryData<int> Sizes = [200_000, 12_000_000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task What_one_replica_has_proven_another_takes_from_the_store(int size)
    {
        await using var rig = await ReplicaRig.StartAsync(2);
        var file = rig.Add("shared", size);
        await ReplicaRig.AssertServedAsync(rig[0], file);
        await rig.AwaitObjectsAsync(1);
        Assert.True(file.Bytes.AsSpan().SequenceEqual(rig.Shared.Values.Single()));

        await ReplicaRig.AssertServedAsync(rig[1], file);

        Assert.Equal(1, rig.Index.Requests.Count(file.Path));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Cold_file_that_many_ask_three_replicas_for_is_fetched_once(int size)
    {
        await using var rig = await ReplicaRig.StartAsync(3);
        var file = rig.Add("crowd", size);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => ReplicaRig.AssertServedAsync(rig[i % 3], file)));
        Assert.Equal(1, rig.Index.Requests.Count(file.Path));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task File_that_fails_its_proof_is_never_shared(int size)
    {
        await using var rig = await ReplicaRig.StartAsync(1);
        var file = rig.Add("bad", size);
        rig.Index.Faults.Always(file.Path, Fault.Tamper());
        await Assert.ThrowsAnyAsync<Exception>(() => ReplicaRig.AssertServedAsync(rig[0], file));
        Assert.Empty(rig.Shared);
    }

    [Fact]
    public async Task Damaged_small_blob_is_taken_away_and_fetched_anew_without_anybody_noticing()
    {
        await using var rig = await ReplicaRig.StartAsync(2);
        var file = rig.Add("damaged", 200_000);
        await ShareAndDamageAsync(rig, file);

        await ReplicaRig.AssertServedAsync(rig[1], file);

        await AssertAlarmAsync(rig);
        await rig.AwaitObjectsAsync(1);
        Assert.True(file.Bytes.AsSpan().SequenceEqual(rig.Shared.Values.Single()));
    }

    [Fact]
    public async Task Damaged_large_blob_breaks_one_download_off_and_is_taken_away()
    {
        await using var rig = await ReplicaRig.StartAsync(2);
        var file = rig.Add("damaged", 12_000_000);
        await ShareAndDamageAsync(rig, file);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ReplicaRig.AssertServedAsync(rig[1], file));

        await AssertAlarmAsync(rig);
        await ReplicaRig.AssertServedAsync(rig[1], file);
    }

    [Fact]
    public async Task Store_that_is_away_costs_no_more_than_a_fetch_by_each()
    {
        await using var rig = await ReplicaRig.StartAsync(2);
        rig.Store.Fault = _ => HttpStatusCode.InternalServerError;
        var file = rig.Add("away", 200_000);
        foreach (var replica in (int[])[0, 1]) await ReplicaRig.AssertServedAsync(rig[replica], file);
        Assert.Equal(2, rig.Index.Requests.Count(file.Path));
        // What they have they serve from their own caches.
        foreach (var replica in (int[])[0, 1]) await ReplicaRig.AssertServedAsync(rig[replica], file);
        Assert.Equal(2, rig.Index.Requests.Count(file.Path));
        Assert.Contains("The object store answered 500", await rig[0].Client.GetStringAsync("/readyz"), StringComparison.Ordinal);

        // Nobody has to ask for a file before it is found to be back.
        rig.Store.Fault = _ => null;
        await ReplicaRig.AwaitReadyAsync(rig[0]);
        var back = rig.Add("back", 1000);
        await ReplicaRig.AssertServedAsync(rig[0], back);
        await rig.AwaitObjectAsync(back);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Lost_cache_is_filled_from_the_store_while_the_upstream_is_away(int size)
    {
        await using var rig = await ReplicaRig.StartAsync(1);
        var file = rig.Add("lost", size);
        await ReplicaRig.AssertServedAsync(rig[0], file);
        await rig.AwaitObjectAsync(file);

        foreach (var path in (string[])[file.Path, FakeIndex.PagePath("lost")]) rig.Index.Faults.Always(path, Fault.Status(503));
        await ReplicaRig.AssertServedAsync(await rig.AddReplicaAsync(), file);

        Assert.Equal(1, rig.Index.Requests.Count(file.Path));
    }

    [Fact]
    public async Task Object_that_a_rule_of_the_bucket_removed_is_fetched_and_shared_again()
    {
        await using var rig = await ReplicaRig.StartAsync(2);
        var file = rig.Add("expired", 200_000);
        await ReplicaRig.AssertServedAsync(rig[0], file);
        await rig.AwaitObjectAsync(file);
        rig.Store.Remove(rig.Shared.Keys.Single());

        await ReplicaRig.AssertServedAsync(rig[1], file);

        await rig.AwaitObjectAsync(file);
        Assert.Equal(2, rig.Index.Requests.Count(file.Path));
    }

    [Fact]
    public async Task While_the_store_is_away_no_replica_waits_for_what_another_fetches()
    {
        await using var rig = await ReplicaRig.StartAsync(2);
        rig.Store.Fault = _ => HttpStatusCode.InternalServerError;
        var file = rig.Add("alone", 200_000);
        var gate = new Gate();
        rig.Index.Faults.Once(file.Path, Fault.HoldHead(gate));
        var held = rig[0].Client.GetAsync(file.Path);
        await gate.Reached;

        await ReplicaRig.AssertServedAsync(rig[1], file);

        gate.Open();
        (await held).Dispose();
    }

    private static async Task ShareAndDamageAsync(ReplicaRig rig, FakeFile file)
    {
        await ReplicaRig.AssertServedAsync(rig[0], file);
        await rig.AwaitObjectsAsync(1);
        var (key, bytes) = rig.Shared.Single();
        var damaged = bytes.ToArray();
        damaged[^100] ^= 1;
        rig.Store.Replace(key, damaged);
    }

    private static async Task AssertAlarmAsync(ReplicaRig rig)
    {
        var events = await rig[1].EventsAsync();
        Assert.Contains(events, e => e.Kind == EventKinds.StoreAlarm && e.Reason!.Contains("shared blob", StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e.Kind == EventKinds.HashMismatch);
    }
}
