using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>What every trust store must do.</summary>
public abstract class TrustStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly ProjectName Project = ProjectName.Parse("demo");
    private static readonly StoreFence Fence = new("store-1", 0);

    protected ITrustStore Store { get; private set; } = null!;

    private int Bucket => ProjectBuckets.Of(Project, Store.BucketCount);

    protected abstract Task<ITrustStore> OpenAsync();

    /// <summary>Another client of the same store, as another process would have it.</summary>
    protected abstract Task<ITrustStore> OpenAnotherAsync();

    protected abstract Task CloseAsync();

    public async Task InitializeAsync()
    {
        Store = await OpenAsync();
        await Store.InitializeAsync(Bucket, "store-1", default);
    }

    public Task DisposeAsync() => CloseAsync();

    [Fact]
    public async Task Initialize_second_identity_changes_nothing()
    {
        Assert.Equal(new StoreState("store-1", 0), await Store.InitializeAsync(Bucket, "store-2", default));
        Assert.Equal(new StoreState("store-1", 0), await Store.GetStateAsync(Bucket, default));
    }

    [Fact]
    public async Task Pin_first_sight_records_every_field()
    {
        var claim = TrustClaims.Of("demo-1.0.tar.gz", "a") with { Size = 12, UploadTime = Now.AddDays(-3), CoreMetadata = TrustClaims.Digest("m") };
        var pin = (await PinAsync(claim)).Pins.Single();
        Assert.Equal(PinOutcome.New, pin.Outcome);
        var expected = TrustRecord.Of(Project, "pypi", claim, Now) with { Sequence = 1 };
        Assert.Equal(expected, pin.Record);
        Assert.Equal(expected, Assert.Single(await Store.GetProjectAsync(Project, default)));
    }

    [Fact]
    public async Task Pin_again_is_same_and_another_digest_is_changed()
    {
        var first = TrustClaims.Of("demo-1.0.tar.gz", "a");
        await PinAsync(first);
        Assert.Equal(PinOutcome.Same, (await PinAsync(first)).Pins.Single().Outcome);
        var changed = (await PinAsync(TrustClaims.Of("demo-1.0.tar.gz", "b"))).Pins.Single();
        Assert.Equal(PinOutcome.Changed, changed.Outcome);
        Assert.Equal(first.Sha256, changed.Record!.Sha256);
        Assert.Equal(1, (await Store.GetStateAsync(Bucket, default)).Sequence);
    }

    [Fact]
    public async Task Pin_two_claims_of_one_key_in_one_batch_records_the_first()
    {
        var pins = (await PinAsync(TrustClaims.Of("demo-1.0.zip", "a"), TrustClaims.Of("demo-1.0.zip", "b"))).Pins;
        Assert.Equal([PinOutcome.New, PinOutcome.Changed], pins.Select(p => p.Outcome));
        Assert.Equal(TrustClaims.Digest("a"), pins[1].Record!.Sha256);
    }

    [Fact]
    public async Task Pin_5000_claims_of_any_name_come_back_in_order()
    {
        var claims = Enumerable.Range(0, 5000).Select(i => TrustClaims.Of($"ünïcode name '{i}'\n\0.zip", $"{i}")).ToArray();
        var pins = (await PinAsync(claims)).Pins;
        Assert.Equal(claims.Select(c => c.Sha256), pins.Select(p => p.Record!.Sha256));
        Assert.Equal(claims.Select(c => c.Filename), pins.Select(p => p.Record!.Filename));
        Assert.Equal(5000, pins.Select(p => p.Record!.Sequence).Distinct().Count());
        Assert.Equal(pins.Select(p => p.Record), (await PinAsync(claims)).Pins.Select(p => p.Record));
        Assert.Equal(pins.Select(p => p.Record), (await ReadAllAsync(0)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1203)]
    [InlineData(2504)]
    [InlineData(2507)]
    public async Task Read_after_any_sequence_tells_the_rest_in_order_whatever_was_recorded_at_once(long after)
    {
        await PinAsync(Claims("a", 3));
        await PinAsync(Claims("b", 2500));
        await PinAsync(Claims("b", 2501));
        // Changed since: of many that were recorded at once, one of few, and one twice.
        foreach (var name in (string[])["b-7.zip", "a-1.zip", "b-1200.zip", "b-1200.zip"])
        {
            await Store.AcceptAsync(new TrustOverride(Project, TrustClaims.Key(name), TrustClaims.Digest("new"), false, null, null, "someone", "because", Now), Fence, default);
        }
        var expected = (await Store.GetProjectAsync(Project, default)).Where(r => r.Sequence > after).OrderBy(r => r.Sequence);
        Assert.Equal(expected, await ReadAllAsync(after));
        Assert.Equal(2508, (await Store.GetStateAsync(Bucket, default)).Sequence);
    }

    [Fact]
    public async Task Pin_core_metadata_told_later_is_added_once()
    {
        var claim = TrustClaims.Of("demo-1.0.whl", "a");
        await PinAsync(claim);
        var told = (await PinAsync(claim with { CoreMetadata = TrustClaims.Digest("m") })).Pins.Single();
        Assert.True(told.CoreMetadataAdded);
        Assert.Equal(2, told.Record!.Sequence);
        var other = (await PinAsync(claim with { CoreMetadata = TrustClaims.Digest("n") })).Pins.Single();
        Assert.True(other is { CoreMetadataChanged: true, CoreMetadataAdded: false, Outcome: PinOutcome.Same });
        Assert.Equal(TrustClaims.Digest("m"), other.Record!.CoreMetadata);
    }

    [Fact]
    public async Task Pin_changed_claim_adds_no_core_metadata()
    {
        await PinAsync(TrustClaims.Of("demo-1.0.whl", "a"));
        var pin = (await PinAsync(TrustClaims.Of("demo-1.0.whl", "b") with { CoreMetadata = TrustClaims.Digest("m") })).Pins.Single();
        Assert.Null(pin.Record!.CoreMetadata);
    }

    [Theory]
    [InlineData("store-2", 0)]
    [InlineData("store-1", 2)]
    [InlineData("", 0)]
    public async Task Pin_outside_the_fence_records_nothing_and_tells_what_is_there(string identity, long minSequence)
    {
        var known = TrustClaims.Of("demo-1.0.zip", "a");
        await PinAsync(known);
        var result = await Store.PinAsync(Project, "pypi", [known, TrustClaims.Of("demo-2.0.zip", "b"), TrustClaims.Of("demo-1.0.zip", "c")], Now, new StoreFence(identity, minSequence), default);
        Assert.Equal([PinOutcome.Same, PinOutcome.Unrecorded, PinOutcome.Changed], result.Pins.Select(p => p.Outcome));
        Assert.Equal(new StoreState("store-1", 1), result.State);
        Assert.Single(await Store.GetProjectAsync(Project, default));
    }

    [Fact]
    public async Task Pin_8_writers_racing_on_1000_keys_agree_on_one_winner_each()
    {
        var writers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async w => await OpenAnotherAsync()));
        var results = await Task.WhenAll(writers.Select((store, w) => Task.Run(async () =>
        {
            var claims = Enumerable.Range(0, 1000).Select(i => TrustClaims.Of($"demo-{i}.zip", $"{i} of {w}")).ToArray();
            new Random(w).Shuffle(claims);
            var pins = new List<Pin>();
            foreach (var chunk in claims.Chunk(100)) pins.AddRange((await store.PinAsync(Project, "pypi", chunk, Now, Fence, default)).Pins);
            return pins;
        })));
        var all = results.SelectMany(pins => pins).ToArray();
        Assert.Equal(1000, all.Count(p => p.Outcome == PinOutcome.New));
        Assert.All(all.GroupBy(p => p.Record!.Key), g => Assert.Single(g.Select(p => p.Record).Distinct()));
        Assert.Equal(1000, all.Select(p => p.Record!.Sequence).Distinct().Count());
    }

    [Fact]
    public async Task Prove_sets_time_and_size_once_and_only_for_the_recorded_digest()
    {
        await PinAsync(TrustClaims.Of("demo-1.0.zip", "a"));
        var wrong = await Store.ProveAsync(Project, TrustClaims.Key("demo-1.0.zip"), TrustClaims.Digest("b"), 7, Now, Fence, default);
        Assert.True(wrong is { Changed: false, Record.ProvenAt: null });
        var fenced = await Store.ProveAsync(Project, TrustClaims.Key("demo-1.0.zip"), TrustClaims.Digest("a"), 7, Now, StoreFence.Closed, default);
        Assert.True(fenced is { Changed: false, Record.ProvenAt: null });
        var proven = await Store.ProveAsync(Project, TrustClaims.Key("demo-1.0.zip"), TrustClaims.Digest("a"), 7, Now, Fence, default);
        Assert.True(proven is { Changed: true, Record: { Size: 7, Sequence: 2 } });
        var again = await Store.ProveAsync(Project, TrustClaims.Key("demo-1.0.zip"), TrustClaims.Digest("a"), 7, Now.AddDays(1), Fence, default);
        Assert.Equal((false, proven.Record), (again.Changed, again.Record));
        Assert.Equal(proven.Record, Assert.Single(await Store.GetProjectAsync(Project, default)));
        Assert.Null((await Store.ProveAsync(Project, TrustClaims.Key("none.zip"), TrustClaims.Digest("a"), 7, Now, Fence, default)).Record);
    }

    [Fact]
    public async Task Accept_replaces_the_record_and_keeps_the_history()
    {
        var first = (await PinAsync(TrustClaims.Of("demo-1.0.zip", "a") with { CoreMetadata = TrustClaims.Digest("m") })).Pins.Single().Record!;
        var accepted = await Store.AcceptAsync(Override("b"), Fence, default);
        Assert.True(accepted.Changed);
        Assert.Equal(first.With(Override("b")) with { Sequence = 2 }, accepted.Record);
        var third = await Store.AcceptAsync(Override("n") with { CoreMetadata = true }, Fence, default);
        Assert.Equal(TrustClaims.Digest("n"), third.Record!.CoreMetadata);
        var history = await Store.GetHistoryAsync(Project, default);
        Assert.Equal([Override("b").Replacing(first), (Override("n") with { CoreMetadata = true }).Replacing(accepted.Record!)], history);
        Assert.Equal(PinOutcome.Same, (await PinAsync(TrustClaims.Of("demo-1.0.zip", "b"))).Pins.Single().Outcome);
    }

    [Fact]
    public async Task Accept_without_a_record_or_outside_the_fence_changes_nothing()
    {
        Assert.Null((await Store.AcceptAsync(Override("b"), Fence, default)).Record);
        await PinAsync(TrustClaims.Of("demo-1.0.zip", "a"));
        Assert.False((await Store.AcceptAsync(Override("b"), StoreFence.Closed, default)).Changed);
        Assert.Empty(await Store.GetHistoryAsync(Project, default));
    }

    [Fact]
    public async Task Read_after_a_sequence_gives_later_changes_in_order()
    {
        for (var i = 0; i < 5; i++) await PinAsync(TrustClaims.Of($"demo-{i}.zip", "a"));
        await Store.ProveAsync(Project, TrustClaims.Key("demo-1.zip"), TrustClaims.Digest("a"), 1, Now, Fence, default);
        var later = await ReadAllAsync(3);
        Assert.Equal(["demo-3.zip", "demo-4.zip", "demo-1.zip"], later.Select(r => r.Filename));
        Assert.Equal([4, 5, 6], later.Select(r => r.Sequence));
    }

    [Fact]
    public async Task Import_adds_what_is_missing_and_never_overwrites()
    {
        var mine = (await PinAsync(TrustClaims.Of("demo-1.0.zip", "a"), TrustClaims.Of("demo-2.0.zip", "b"))).Pins;
        var theirs = mine[0].Record! with { Sha256 = TrustClaims.Digest("x") };
        var unseen = mine[1].Record! with { Key = TrustClaims.Key("demo-3.0.zip"), Filename = "demo-3.0.zip", ProvenAt = Now, Conflict = true };
        var result = await Store.ImportAsync([theirs, mine[1].Record!, unseen], Fence, default);
        Assert.Equal(unseen with { Sequence = 3 }, Assert.Single(result.Added));
        Assert.Equal(1, result.Same);
        Assert.Equal(new RecordDifference(mine[0].Record!, theirs), Assert.Single(result.Differences));
        Assert.Equal(new HashSet<TrustRecord?>([mine[0].Record, mine[1].Record, unseen with { Sequence = 3 }]), (await Store.GetProjectAsync(Project, default)).ToHashSet<TrustRecord?>());
        var refused = await Store.ImportAsync([unseen with { Key = TrustClaims.Key("demo-4.0.zip") }], new StoreFence("store-1", 99), default);
        Assert.Empty(refused.Added);
        Assert.Equal(3, refused.State.Sequence);
    }

    [Fact]
    public async Task Restore_puts_records_in_as_they_are_and_raises_the_sequence()
    {
        var one = TrustRecord.Of(Project, "pypi", TrustClaims.Of("demo-1.0.zip", "a"), Now) with { Sequence = 40, ProvenAt = Now, Size = 3, AcceptedAt = Now };
        // In one bucket with the other where a store has several.
        var two = TrustRecord.Of(ProjectName.Parse("other-34"), "corp", TrustClaims.Of("other-1.0.zip", "b"), Now) with { Sequence = 41, Conflict = true };
        await PinAsync(TrustClaims.Of("demo-1.0.zip", "x"));
        var replaced = Override("a").Replacing(one);
        await Store.RestoreAsync(Bucket, new StoreState("store-9", 50), [one, two], [replaced], default);
        Assert.Equal(new StoreState("store-9", 50), await Store.GetStateAsync(Bucket, default));
        Assert.Equal([one, two], await ReadAllAsync(0));
        Assert.Equal([replaced], await Store.GetHistoryAsync(Project, default));
        await Store.RestoreAsync(Bucket, new StoreState("store-9", 10), [one, two], [replaced], default);
        Assert.Equal(new StoreState("store-9", 50), await Store.GetStateAsync(Bucket, default));
        Assert.Single(await Store.GetHistoryAsync(Project, default));
    }

    private static FileClaim[] Claims(string stem, int count) => [.. Enumerable.Range(0, count).Select(i => TrustClaims.Of($"{stem}-{i}.zip", $"{stem} {i}"))];

    private async Task<PinResult> PinAsync(params FileClaim[] claims) => await Store.PinAsync(Project, "pypi", claims, Now, Fence, default);

    private async Task<List<TrustRecord>> ReadAllAsync(long after)
    {
        var records = new List<TrustRecord>();
        await foreach (var record in Store.ReadAsync(Bucket, after, default)) records.Add(record);
        return records;
    }

    private static TrustOverride Override(string content) =>
        new(Project, TrustClaims.Key("demo-1.0.zip"), TrustClaims.Digest(content), false, 5, "https://files.example/new.zip", "ada", "put right upstream", Now.AddHours(1));
}
