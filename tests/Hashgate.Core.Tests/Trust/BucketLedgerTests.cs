using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Trust;

/// <summary>A store with many buckets: what befalls one is no matter of the others.</summary>
public sealed class BucketLedgerTests
{
    private readonly MemoryTrustStore _store = new(ProjectBuckets.Count);
    private readonly MemoryJournal _journal = new();

    // In three buckets.
    private static readonly ProjectName[] Projects = [ProjectName.Parse("demo"), ProjectName.Parse("numpy"), ProjectName.Parse("requests")];

    [Fact]
    public async Task Start_gives_every_bucket_one_identity_and_the_journal_counts_by_bucket()
    {
        var ledger = await StartAsync(_journal);
        Assert.Empty(ledger.Status);
        Assert.All(await _store.GetStatesAsync(default), state => Assert.Equal(_journal.Identity, state.Identity));
        await PinAsync(ledger, Projects[0], "1");
        await PinAsync(ledger, Projects[0], "2");
        await PinAsync(ledger, Projects[1], "1");
        Assert.Equal((2, 1, 0), (HighOf(0), HighOf(1), HighOf(2)));
        Assert.Equal(_journal.HighestSequence, _journal.CompleteThrough);
    }

    [Fact]
    public async Task Start_at_once_agrees_on_one_identity()
    {
        var journals = Enumerable.Range(0, 8).Select(_ => new MemoryJournal()).ToArray();
        await Task.WhenAll(journals.Select(journal => Task.Run(() => StartAsync(journal))));
        Assert.Single(journals.Select(j => j.Identity).Distinct());
        Assert.Single((await _store.GetStatesAsync(default)).Select(s => s.Identity).Distinct());
    }

    [Fact]
    public async Task Start_that_was_cut_short_is_gone_on_with()
    {
        for (var bucket = 63; bucket > 20; bucket--) await _store.InitializeAsync(bucket, "first", default);
        Assert.Empty((await StartAsync(_journal)).Status);
        Assert.Equal("first", _journal.Identity);
        Assert.All(await _store.GetStatesAsync(default), state => Assert.Equal("first", state.Identity));
    }

    [Fact]
    public async Task Emptied_bucket_alone_takes_no_first_use_and_comes_back_from_the_journal()
    {
        var ledger = await FilledAsync();
        var before = await ExportAsync(ledger);
        _store.Flush(BucketOf(0));
        Assert.Equal(PinOutcome.Unrecorded, await PinAsync(ledger, Projects[0], "new"));
        Assert.Equal(PinOutcome.New, await PinAsync(ledger, Projects[1], "new"));
        Assert.Contains("was emptied", Assert.Single(ledger.StatusOf(Projects[0])), StringComparison.Ordinal);
        Assert.Empty(ledger.StatusOf(Projects[1]));
        await ledger.CheckAsync(default);
        Assert.EndsWith("(So in 1 of the 64 buckets of projects.)", Assert.Single(ledger.Status), StringComparison.Ordinal);

        Assert.Null((await ledger.RestoreAsync([], default)).Problem);
        Assert.Empty(ledger.Status);
        Assert.Subset((await ExportAsync(ledger)).ToHashSet(), before.ToHashSet());
        Assert.Equal(PinOutcome.New, await PinAsync(ledger, Projects[0], "new"));
    }

    [Fact]
    public async Task Emptied_bucket_is_not_taken_for_a_new_one_by_a_new_replica()
    {
        await FilledAsync();
        _store.Flush(BucketOf(0));
        var fresh = await StartAsync(new MemoryJournal());
        Assert.NotEmpty(fresh.Status);
        Assert.Equal(PinOutcome.Unrecorded, await PinAsync(fresh, Projects[0], "new"));
        Assert.Equal(PinOutcome.Unrecorded, await PinAsync(fresh, Projects[1], "new"));
        Assert.Null((await _store.GetStateAsync(BucketOf(0), default)).Identity);
    }

    [Fact]
    public async Task Bucket_that_is_away_stops_its_own_first_uses_only_and_recovers()
    {
        var ledger = await FilledAsync();
        _store.BucketAway = BucketOf(0);
        Assert.Equal(PinOutcome.Unrecorded, await PinAsync(ledger, Projects[0], "new"));
        Assert.Equal(PinOutcome.New, await PinAsync(ledger, Projects[1], "new"));
        await ledger.CheckAsync(default);
        Assert.Single(ledger.Status);
        _store.BucketAway = null;
        await ledger.CheckAsync(default);
        Assert.Empty(ledger.Status);
        Assert.Equal(PinOutcome.New, await PinAsync(ledger, Projects[0], "new"));
    }

    [Fact]
    public async Task Check_journals_what_others_recorded_in_any_bucket()
    {
        var other = new MemoryJournal();
        var (one, two) = (await FilledAsync(), await StartAsync(other));
        await two.CheckAsync(default);
        Assert.Equal((await ExportAsync(one)).ToHashSet(), other.Entries.Select(e => e.Record).OfType<TrustRecord>().ToHashSet());
        Assert.Equal(_journal.HighestSequence, other.CompleteThrough);
        await two.CheckAsync(default);
        Assert.Equal(1 + (await ExportAsync(one)).Count, other.Entries.Count);
    }

    [Fact]
    public async Task Import_spreads_records_over_their_buckets()
    {
        var single = await new LedgerRig(new MemoryTrustStore()).StartAsync();
        foreach (var project in Projects) await PinAsync(single.Ledger, project, "1", "2");
        var ledger = await StartAsync(_journal);
        var imported = await ledger.ImportAsync(await single.ExportAsync(), "ada", "moved", default);
        Assert.Equal((6, 0, null), (imported.Added, imported.Same, imported.Problem));
        Assert.Equal((2, 2, 2), (HighOf(0), HighOf(1), HighOf(2)));
        Assert.Equal(6, (await ledger.ImportAsync(await single.ExportAsync(), "ada", "moved", default)).Same);
    }

    /// <summary>From one bucket to many by a restore into an empty cluster, and back.</summary>
    [Fact]
    public async Task Restore_brings_records_from_a_store_with_one_bucket_to_one_with_many_and_back()
    {
        var single = new MemoryTrustStore();
        var before = await StartAsync(_journal, single);
        var late = new MemoryJournal();
        var lateLedger = await StartAsync(late, single);
        foreach (var project in Projects) await PinAsync(before, project, "1", "2");
        await lateLedger.CheckAsync(default);
        var records = Hashes(await ExportAsync(before));

        var spread = await StartAsync(_journal);
        Assert.NotEmpty(spread.Status);
        Assert.Equal((6, null), await RestoreAsync(spread));
        Assert.Empty(spread.Status);
        Assert.Equal(records, Hashes(await ExportAsync(spread)));
        Assert.Equal(PinOutcome.New, await PinAsync(spread, Projects[0], "3"));
        // Another replica, whose journal still counts for all buckets together.
        var follower = await StartAsync(late);
        Assert.Empty(follower.Status);
        Assert.Equal(PinOutcome.Same, await PinAsync(follower, Projects[0], "3"));
        Assert.Equal(PinOutcome.New, await PinAsync(follower, Projects[1], "3"));
        Assert.Equal(PinOutcome.New, await PinAsync(follower, Projects[2], "3"));
        await spread.CheckAsync(default);

        var back = await StartAsync(_journal, new MemoryTrustStore());
        Assert.Equal((9, null), await RestoreAsync(back));
        Assert.Empty(back.Status);
        Assert.Equal(Hashes(await ExportAsync(spread)), Hashes(await ExportAsync(back)));
        Assert.Equal(PinOutcome.New, await PinAsync(back, Projects[2], "4"));
        await back.CheckAsync(default);
        Assert.Empty(back.Status);
    }

    private int BucketOf(int project) => ProjectBuckets.Of(Projects[project], _store.BucketCount);

    private long HighOf(int project) => _journal.HighestSequence[BucketOf(project)];

    private async Task<TrustLedger> StartAsync(MemoryJournal journal, MemoryTrustStore? store = null) => (await new LedgerRig(store ?? _store, journal).StartAsync()).Ledger;

    private async Task<TrustLedger> FilledAsync()
    {
        var ledger = await StartAsync(_journal);
        foreach (var project in Projects) await PinAsync(ledger, project, "1", "2", "3");
        return ledger;
    }

    private static async Task<(int, string?)> RestoreAsync(TrustLedger ledger)
    {
        var result = await ledger.RestoreAsync([], default);
        return (result.Records, result.Problem);
    }

    /// <summary>Pins a file for each version, and returns the last one's outcome.</summary>
    private static async Task<PinOutcome> PinAsync(TrustLedger ledger, ProjectName project, params string[] versions) =>
        (await ledger.PinAsync("pypi", project, [.. versions.Select(v => TrustClaims.Of($"{project.Value}-{v}.zip", v))], default)).Pins[^1].Outcome;

    private static async Task<List<TrustRecord>> ExportAsync(TrustLedger ledger) => await ledger.ExportAsync(default).ToListAsync();

    private static HashSet<(ProjectName, FileKey, Sha256Digest)> Hashes(List<TrustRecord> records) => [.. records.Select(r => (r.Project, r.Key, r.Sha256))];
}
