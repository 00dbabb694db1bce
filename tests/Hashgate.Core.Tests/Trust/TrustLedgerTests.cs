using Hashgate.Core.Trust;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Trust;

public sealed class TrustLedgerTests
{
    private readonly MemoryTrustStore _store = new();
    private readonly MemoryJournal _journal = new();

    [Fact]
    public async Task Start_fresh_store_and_journal_share_an_identity()
    {
        var rig = await StartAsync();
        Assert.Empty(rig.Ledger.Status);
        Assert.NotNull(_journal.Identity);
        Assert.Equal(_journal.Identity, (await _store.GetStateAsync(0, default)).Identity);
    }

    [Fact]
    public async Task Start_store_away_takes_no_first_use_and_recovers_with_the_next_call()
    {
        _store.Away = true;
        var rig = await StartAsync();
        Assert.Single(rig.Ledger.Status);
        Assert.Equal(PinOutcome.Unrecorded, (await rig.PinAsync("a.zip", "1")).Outcome);
        _store.Away = false;
        Assert.Equal(PinOutcome.New, (await rig.PinAsync("a.zip", "1")).Outcome);
        Assert.Empty(rig.Ledger.Status);
    }

    [Fact]
    public async Task Start_store_away_knows_proven_files_from_the_journal()
    {
        var before = await StartAsync();
        foreach (var name in (string[])["proven.zip", "claimed.zip", "accepted.zip"]) await before.PinAsync(name, "1");
        await before.ProveAsync("proven.zip", "1");
        await before.ProveAsync("accepted.zip", "1");
        await before.Ledger.AcceptAsync(before.Override("accepted.zip", "2"), default);
        _store.Away = true;
        var rig = await StartAsync();
        Assert.Equal(PinOutcome.Same, (await rig.PinAsync("proven.zip", "1")).Outcome);
        Assert.Equal(PinOutcome.Changed, (await rig.PinAsync("proven.zip", "2")).Outcome);
        foreach (var name in (string[])["claimed.zip", "accepted.zip", "new.zip"]) Assert.Equal(PinOutcome.Unrecorded, (await rig.PinAsync(name, "1")).Outcome);

        _store.Away = false;
        await rig.Ledger.CheckAsync(default);
        Assert.Equal(PinOutcome.Same, (await rig.PinAsync("accepted.zip", "2")).Outcome);
    }

    [Fact]
    public async Task Start_store_with_another_identity_takes_no_first_use()
    {
        await (await StartAsync()).PinAsync("a.zip", "1");
        var other = new MemoryTrustStore();
        await other.InitializeAsync(0, "other", default);
        var rig = await new LedgerRig(other, _journal).StartAsync();
        Assert.Contains("other", Assert.Single(rig.Ledger.Status), StringComparison.Ordinal);
        Assert.Equal(PinOutcome.Unrecorded, (await rig.PinAsync("b.zip", "1")).Outcome);
    }

    [Fact]
    public async Task Pin_page_is_journaled_once_with_one_append()
    {
        var rig = await StartAsync();
        var before = _journal.Appends;
        await rig.PinAsync(TrustClaims.Of("a.zip", "1"), TrustClaims.Of("b.zip", "2"));
        Assert.Equal(before + 1, _journal.Appends);
        await rig.PinAsync(TrustClaims.Of("a.zip", "1"), TrustClaims.Of("b.zip", "2"));
        Assert.Equal(before + 1, _journal.Appends);
        Assert.Equal([JournalKind.Store, JournalKind.New, JournalKind.New], _journal.Entries.Select(e => e.Kind));
        Assert.Equal(BucketSequences.All(2), _journal.CompleteThrough);
    }

    [Fact]
    public async Task Pin_changed_claim_is_journaled_once_each_and_the_record_stands()
    {
        var rig = await StartAsync();
        await rig.PinAsync("a.zip", "1");
        for (var i = 0; i < 3; i++) Assert.Equal(PinOutcome.Changed, (await rig.PinAsync("a.zip", "2")).Outcome);
        await rig.PinAsync("a.zip", "3");
        var changes = _journal.Entries.Where(e => e.Kind == JournalKind.Changed).ToArray();
        Assert.Equal([TrustClaims.Digest("2"), TrustClaims.Digest("3")], changes.Select(c => c.Claim!.Sha256));
        Assert.All(changes, c => Assert.Equal((TrustClaims.Digest("1"), 0L), (c.Record!.Sha256, c.Sequence)));
    }

    [Fact]
    public async Task Pin_core_metadata_told_first_is_journaled_and_a_change_too()
    {
        var rig = await StartAsync();
        var claim = TrustClaims.Of("a.whl", "1");
        await rig.PinAsync(claim);
        await rig.PinAsync(claim with { CoreMetadata = TrustClaims.Digest("m") });
        Assert.True((await rig.PinAsync(claim with { CoreMetadata = TrustClaims.Digest("n") })).Single().CoreMetadataChanged);
        Assert.Equal([JournalKind.Store, JournalKind.New, JournalKind.CoreMetadata, JournalKind.Changed], _journal.Entries.Select(e => e.Kind));
    }

    [Fact]
    public async Task Pin_journal_full_after_the_insert_is_not_told_and_journaled_later()
    {
        var rig = await StartAsync();
        await rig.PinAsync("a.zip", "1");
        _journal.Full = true;
        var pins = await rig.PinAsync(TrustClaims.Of("a.zip", "1"), TrustClaims.Of("b.zip", "2"));
        Assert.Equal([PinOutcome.Same, PinOutcome.Unrecorded], pins.Select(p => p.Outcome));
        Assert.Contains("full", Assert.Single(rig.Ledger.Status), StringComparison.Ordinal);
        // While the journal fails nothing more goes into the store.
        await rig.PinAsync("c.zip", "3");
        Assert.Equal(2, (await _store.GetStateAsync(0, default)).Sequence);
        _journal.Full = false;
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        await rig.Ledger.CheckAsync(default);
        Assert.Empty(rig.Ledger.Status);
        Assert.Equal(BucketSequences.All(2), _journal.CompleteThrough);
        Assert.Equal(PinOutcome.Same, (await rig.PinAsync("b.zip", "2")).Outcome);
    }

    [Fact]
    public async Task Pin_record_of_another_replica_is_journaled_before_it_is_told()
    {
        var other = await new LedgerRig(_store).StartAsync();
        var rig = await StartAsync();
        await other.PinAsync("a.zip", "1");
        _journal.Full = true;
        Assert.Equal(PinOutcome.Unrecorded, (await rig.PinAsync("a.zip", "1")).Outcome);
        _journal.Full = false;
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(PinOutcome.Same, (await rig.PinAsync("a.zip", "1")).Outcome);
        Assert.Equal(JournalKind.Read, _journal.Entries[^1].Kind);
    }

    [Fact]
    public async Task Check_catches_up_with_another_replica_and_only_once()
    {
        var other = await new LedgerRig(_store).StartAsync();
        var rig = await StartAsync();
        for (var i = 0; i < 2500; i += 500) await other.PinAsync([.. Enumerable.Range(i, 500).Select(n => TrustClaims.Of($"{n}.zip", "1"))]);
        await rig.PinAsync("mine.zip", "1");
        await rig.Ledger.CheckAsync(default);
        await rig.Ledger.CheckAsync(default);
        Assert.Equal(BucketSequences.All(2501), _journal.CompleteThrough);
        Assert.Equal(2501, _journal.Entries.Count(e => e.Record is not null));
        await other.Ledger.CheckAsync(default);
        Assert.Equal(await rig.ExportAsync(), ((MemoryJournal)other.Journal).Entries.Select(e => e.Record).OfType<TrustRecord>().OrderBy(r => r.Sequence));
    }

    [Fact]
    public async Task Prove_is_journaled_once_and_tells_what_it_is()
    {
        var rig = await StartAsync();
        await rig.PinAsync("a.zip", "1");
        Assert.Equal(ProofOutcome.Differs, await rig.ProveAsync("a.zip", "2"));
        Assert.Equal(ProofOutcome.NoRecord, await rig.ProveAsync("b.zip", "2"));
        Assert.Equal(ProofOutcome.Proven, await rig.ProveAsync("a.zip", "1"));
        Assert.Equal(ProofOutcome.Proven, await rig.ProveAsync("a.zip", "1"));
        Assert.Single(_journal.Entries, e => e.Kind == JournalKind.Proven);
    }

    [Fact]
    public async Task Prove_without_store_or_journal_or_in_an_emptied_store_is_unavailable()
    {
        var rig = await StartAsync();
        await rig.PinAsync("a.zip", "1");
        _store.Away = true;
        Assert.Equal(ProofOutcome.Unavailable, await rig.ProveAsync("a.zip", "1"));
        _store.Away = false;
        _journal.Full = true;
        Assert.Equal(ProofOutcome.Unavailable, await rig.ProveAsync("a.zip", "1"));
    }

    [Fact]
    public async Task Accept_takes_the_new_digest_on_record()
    {
        var rig = await StartAsync();
        await rig.PinAsync("a.zip", "1");
        await rig.ProveAsync("a.zip", "1");
        Assert.Equal(AcceptOutcome.Accepted, (await rig.Ledger.AcceptAsync(rig.Override("a.zip", "2"), default)).Outcome);
        Assert.Equal(AcceptOutcome.NoRecord, (await rig.Ledger.AcceptAsync(rig.Override("b.zip", "2"), default)).Outcome);
        Assert.True(_journal.Entries[^1] is { Kind: JournalKind.Accepted, Actor: "ada", Reason: "put right" });
        var pin = await rig.PinAsync("a.zip", "2");
        Assert.True(pin is { Outcome: PinOutcome.Same, Record.ProvenAt: null });
        Assert.Equal(TrustClaims.Digest("1"), Assert.Single(await rig.Ledger.GetHistoryAsync(LedgerRig.Project, default)).Was.Sha256);
    }

    [Fact]
    public async Task Accept_in_bulk_takes_what_the_upstream_put_right_since()
    {
        var rig = await StartAsync();
        await rig.PinAsync(TrustClaims.Of("old.zip", "1"));
        rig.Clock.Advance(TimeSpan.FromHours(1));
        var since = rig.Clock.GetUtcNow();
        await rig.PinAsync(TrustClaims.Of("bad.zip", "1"), TrustClaims.Of("proven.zip", "1"), TrustClaims.Of("fine.zip", "1"));
        await rig.ProveAsync("proven.zip", "1");
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.PinAsync(TrustClaims.Of("old.zip", "2"), TrustClaims.Of("bad.zip", "2"), TrustClaims.Of("proven.zip", "2"), TrustClaims.Of("fine.zip", "1"));
        var request = new BulkAccept("pypi", since, ClaimedOnly: true, DryRun: true, "ada", "bad mirror");
        Assert.Equal("bad.zip", Assert.Single(await rig.Ledger.AcceptAsync(request, default)).Was.Filename);
        Assert.Equal(PinOutcome.Changed, (await rig.PinAsync("bad.zip", "2")).Outcome);
        Assert.Equal(AcceptOutcome.Accepted, Assert.Single(await rig.Ledger.AcceptAsync(request with { DryRun = false }, default)).Outcome);
        Assert.Equal(PinOutcome.Same, (await rig.PinAsync("bad.zip", "2")).Outcome);
        Assert.Empty(await rig.Ledger.AcceptAsync(request with { Upstream = "corp", ClaimedOnly = false }, default));
        Assert.Equal("proven.zip", Assert.Single(await rig.Ledger.AcceptAsync(request with { ClaimedOnly = false }, default)).Was.Filename);
    }

    [Fact]
    public async Task Import_is_journaled_and_never_overwrites()
    {
        var source = await new LedgerRig(new MemoryTrustStore()).StartAsync();
        await source.PinAsync(TrustClaims.Of("a.zip", "1"), TrustClaims.Of("b.zip", "1"));
        var rig = await StartAsync();
        await rig.PinAsync("a.zip", "2");
        var import = await rig.Ledger.ImportAsync(await source.ExportAsync(), "ada", "moved", default);
        Assert.True(import is { Added: 1, Same: 0, Problem: null, Differences: [{ There.Filename: "a.zip" }] });
        Assert.Equal(JournalKind.Imported, _journal.Entries[^1].Kind);
        Assert.Equal(PinOutcome.Changed, (await rig.PinAsync("a.zip", "1")).Outcome);
    }

    [Fact]
    public async Task Diff_tells_what_either_side_lacks()
    {
        var rig = await StartAsync();
        await rig.PinAsync("a.zip", "1");
        var dump = _store.Dump();
        await rig.PinAsync("b.zip", "1");
        dump();
        await _store.PinAsync(LedgerRig.Project, "pypi", [TrustClaims.Of("c.zip", "1")], default, new StoreFence(_journal.Identity!, 0), default);
        var diff = await rig.Ledger.DiffAsync(default);
        Assert.Equal("b.zip", Assert.Single(diff.MissingInStore).Filename);
        Assert.Equal("c.zip", Assert.Single(diff.MissingThere).Filename);
        Assert.Empty(diff.Different);
    }

    [Fact]
    public async Task Restore_from_journals_that_disagree_makes_conflicts_until_accepted()
    {
        var rig = await StartAsync();
        var other = await new LedgerRig(_store).StartAsync();
        var dump = _store.Dump();
        await rig.PinAsync(TrustClaims.Of("a.zip", "1"), TrustClaims.Of("same.zip", "1"));
        dump();
        // The other replica never saw what was lost, so that its fence holds.
        await other.PinAsync(TrustClaims.Of("a.zip", "2"), TrustClaims.Of("same.zip", "1"), TrustClaims.Of("b.zip", "1"));
        var restored = await rig.Ledger.RestoreAsync([other.Journal], default);
        Assert.Null(restored.Problem);
        Assert.Equal("a.zip", Assert.Single(restored.Conflicts).Filename);
        Assert.True((await rig.PinAsync("a.zip", "1")).Record!.Conflict);
        Assert.Equal(ProofOutcome.Differs, await rig.ProveAsync("a.zip", "1"));
        Assert.Equal(PinOutcome.Same, (await rig.PinAsync("b.zip", "1")).Outcome);
        // Restoring again finds nothing new to disagree about.
        var state = await _store.GetStateAsync(0, default);
        Assert.Single((await rig.Ledger.RestoreAsync([other.Journal], default)).Conflicts);
        Assert.Equal(state, await _store.GetStateAsync(0, default));
        await rig.Ledger.AcceptAsync(rig.Override("a.zip", "2"), default);
        Assert.Equal(ProofOutcome.Proven, await rig.ProveAsync("a.zip", "2"));
        _store.Flush();
        Assert.Empty((await rig.Ledger.RestoreAsync([other.Journal], default)).Conflicts);
        Assert.True((await rig.PinAsync("a.zip", "2")) is { Outcome: PinOutcome.Same, Record.Conflict: false });
    }

    [Fact]
    public async Task Restore_of_another_store_is_refused()
    {
        var rig = await StartAsync();
        var stranger = await new LedgerRig(new MemoryTrustStore()).StartAsync();
        Assert.Contains("different stores", (await rig.Ledger.RestoreAsync([stranger.Journal], default)).Problem, StringComparison.Ordinal);
    }

    private Task<LedgerRig> StartAsync() => new LedgerRig(_store, _journal).StartAsync();
}
