using Hashgate.Core.Trust;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Trust;

/// <summary>What a replica knows of its store by the journals of others.</summary>
public class TrustLedgerElsewhereTests
{
    private readonly MemorySharedJournals _shared = new();

    [Theory]
    [InlineData(1)]
    [InlineData(ProjectBuckets.Count)]
    public async Task New_replica_takes_an_emptied_store_for_what_it_is(int buckets)
    {
        var store = new MemoryTrustStore(buckets);
        await PinnedAsync(store);
        store.Flush();
        var fresh = await new LedgerRig(store, null, _shared).StartAsync();
        Assert.Equal(PinOutcome.Unrecorded, (await fresh.PinAsync("a.zip", "a lie")).Outcome);
        Assert.Contains("was emptied", Assert.Single(fresh.Ledger.Status), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(ProjectBuckets.Count)]
    public async Task New_replica_takes_an_older_store_for_what_it_is(int buckets)
    {
        var store = new MemoryTrustStore(buckets);
        await PinnedAsync(store);
        var highest = _shared.Heads[0].HighestSequence;
        _shared.Heads[0] = _shared.Heads[0] with { HighestSequence = highest.Raised(ProjectBuckets.Of(LedgerRig.Project, buckets), highest.Highest + 1) };
        var fresh = await new LedgerRig(store, null, _shared).StartAsync();
        Assert.Equal(PinOutcome.Unrecorded, (await fresh.PinAsync("new.zip", "1")).Outcome);
        // What is there was recorded, whatever is missing.
        Assert.Equal(PinOutcome.Same, (await fresh.PinAsync("a.zip", "1")).Outcome);
        Assert.Contains("is older", Assert.Single(fresh.Ledger.Status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_replica_goes_on_with_the_store_that_the_others_know()
    {
        var store = new MemoryTrustStore();
        await PinnedAsync(store);
        var fresh = await new LedgerRig(store, null, _shared).StartAsync();
        Assert.Equal(PinOutcome.Same, (await fresh.PinAsync("a.zip", "1")).Outcome);
        Assert.Equal(PinOutcome.New, (await fresh.PinAsync("new.zip", "1")).Outcome);
        Assert.Empty(fresh.Ledger.Status);
    }

    [Fact]
    public async Task First_replica_of_all_gives_the_store_its_identity()
    {
        var first = await new LedgerRig(new MemoryTrustStore(), null, _shared).StartAsync();
        Assert.Equal(PinOutcome.New, (await first.PinAsync("a.zip", "1")).Outcome);
        Assert.NotNull(first.Journal.Identity);
    }

    [Fact]
    public async Task New_replica_that_cannot_read_the_others_tells_records_and_takes_nothing_new_until_it_can()
    {
        var store = new MemoryTrustStore();
        await PinnedAsync(store);
        _shared.Away = true;
        var fresh = await new LedgerRig(store, null, _shared).StartAsync();
        Assert.Equal(PinOutcome.Same, (await fresh.PinAsync("a.zip", "1")).Outcome);
        Assert.Equal(PinOutcome.Changed, (await fresh.PinAsync("a.zip", "a lie")).Outcome);
        Assert.Equal(PinOutcome.Unrecorded, (await fresh.PinAsync("new.zip", "1")).Outcome);
        Assert.Contains("away", Assert.Single(fresh.Ledger.Status), StringComparison.Ordinal);
        Assert.Null(fresh.Journal.Identity);

        Assert.False(await fresh.Ledger.LearnAsync(default));
        _shared.Away = false;
        Assert.True(await fresh.Ledger.LearnAsync(default));
        Assert.Equal(PinOutcome.New, (await fresh.PinAsync("new.zip", "1")).Outcome);
        Assert.Empty(fresh.Ledger.Status);
    }

    [Fact]
    public async Task New_replica_that_cannot_read_the_others_gives_an_empty_store_no_identity()
    {
        var store = new MemoryTrustStore();
        _shared.Away = true;
        var fresh = await new LedgerRig(store, null, _shared).StartAsync();
        Assert.Equal(PinOutcome.Unrecorded, (await fresh.PinAsync("a.zip", "1")).Outcome);
        Assert.Null((await store.GetStateAsync(0, default)).Identity);
    }

    [Fact]
    public async Task Replica_with_a_journal_goes_on_by_that_and_learns_what_others_know_besides()
    {
        var store = new MemoryTrustStore();
        var rig = await PinnedAsync(store);
        _shared.Away = true;
        var again = await new LedgerRig(store, rig.Journal, _shared).StartAsync();
        Assert.Equal(PinOutcome.New, (await again.PinAsync("b.zip", "1")).Outcome);
        Assert.False(await again.Ledger.LearnAsync(default));
        Assert.Empty(again.Ledger.Status);

        // A replica that is gone had come further, with a store that was set back since.
        _shared.Heads.Add(new JournalHead("gone", rig.Journal.Identity!, BucketSequences.All(100)));
        _shared.Heads.Add(new JournalHead("a stranger's", "other", BucketSequences.All(1000)));
        _shared.Away = false;
        Assert.True(await again.Ledger.LearnAsync(default));
        Assert.Equal(PinOutcome.Unrecorded, (await again.PinAsync("c.zip", "1")).Outcome);
        Assert.Contains("change 100", Assert.Single(again.Ledger.Status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journals_of_several_stores_are_chosen_from_by_the_store_that_is_there()
    {
        var store = new MemoryTrustStore();
        await PinnedAsync(store);
        _shared.Heads.Add(new JournalHead("a stranger's", "other", BucketSequences.All(1000)));
        var fresh = await new LedgerRig(store, null, _shared).StartAsync();
        Assert.Equal(PinOutcome.New, (await fresh.PinAsync("new.zip", "1")).Outcome);

        store.Flush();
        fresh = await new LedgerRig(store, null, _shared).StartAsync();
        Assert.Equal(PinOutcome.Unrecorded, (await fresh.PinAsync("new.zip", "1")).Outcome);
        Assert.Contains("2 stores", Assert.Single(fresh.Ledger.Status), StringComparison.Ordinal);
    }

    private async Task<LedgerRig> PinnedAsync(MemoryTrustStore store)
    {
        var rig = await new LedgerRig(store).StartAsync();
        await rig.PinAsync("a.zip", "1");
        _shared.Tell(rig.Journal);
        return rig;
    }
}
