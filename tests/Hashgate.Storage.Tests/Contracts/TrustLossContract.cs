using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>A store that lost records takes no first use, and a journal brings every one of them back.</summary>
public abstract class TrustLossContract : IAsyncLifetime
{
    private readonly List<FileTrustJournal> _journals = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("hashgate-test-").FullName;

    protected abstract Task<ITrustStore> OpenAsync();

    /// <summary>Empties the store. Returns it, or what a restarted program would open.</summary>
    protected abstract Task<ITrustStore> EmptyAsync();

    /// <summary>Keeps a copy of the store as it is now.</summary>
    protected abstract Task TakeDumpAsync();

    /// <summary>Puts the copy in the store's place. Returns it, or what a restarted program would open.</summary>
    protected abstract Task<ITrustStore> PutDumpBackAsync();

    protected abstract Task CloseAsync();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await CloseAsync();
        foreach (var journal in _journals) await journal.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Emptied_store_takes_no_first_use_and_comes_back_from_the_journal()
    {
        var rig = await StartAsync(await OpenAsync());
        var before = await FillAsync(rig);
        var history = await rig.Ledger.GetHistoryAsync(LedgerRig.Project, default);
        rig = await FollowAsync(rig, await EmptyAsync());
        await NothingSlipsInAsync(rig, "was emptied", stillThere: 0);
        Assert.Null((await rig.Ledger.RestoreAsync([], default)).Problem);
        Assert.Empty(rig.Ledger.Status);
        Assert.Equal(before, await rig.ExportAsync());
        Assert.Equal(history, await rig.Ledger.GetHistoryAsync(LedgerRig.Project, default));
        Assert.Equal(PinOutcome.New, (await rig.PinAsync("new.zip", "1")).Outcome);
    }

    [Fact]
    public async Task Older_dump_takes_no_first_use_and_comes_back_from_the_journal()
    {
        var rig = await StartAsync(await OpenAsync());
        await rig.PinAsync("first.zip", "1");
        await TakeDumpAsync();
        var before = await FillAsync(rig);
        rig = await FollowAsync(rig, await PutDumpBackAsync());
        await NothingSlipsInAsync(rig, "is older", stillThere: 1);
        Assert.Equal(PinOutcome.Same, (await rig.PinAsync("first.zip", "1")).Outcome);
        Assert.Null((await rig.Ledger.RestoreAsync([], default)).Problem);
        Assert.Empty(rig.Ledger.Status);
        Assert.Equal(before, await rig.ExportAsync());
        Assert.Equal(PinOutcome.New, (await rig.PinAsync("new.zip", "1")).Outcome);
    }

    [Fact]
    public async Task Restarted_program_goes_on_where_it_was()
    {
        var store = await OpenAsync();
        var rig = await StartAsync(store);
        var before = await FillAsync(rig);
        var entries = await rig.EntriesAsync();
        await ((FileTrustJournal)rig.Journal).DisposeAsync();
        rig = await StartAsync(store);
        await rig.Ledger.CheckAsync(default);
        Assert.Empty(rig.Ledger.Status);
        Assert.Equal(before, await rig.ExportAsync());
        Assert.Equal(entries, await rig.EntriesAsync());
    }

    protected async Task<LedgerRig> StartAsync(ITrustStore store, string name = "journal")
    {
        var journal = FileTrustJournal.Open(Path.Combine(_directory, name));
        _journals.Add(journal);
        return await new LedgerRig(store, journal).StartAsync();
    }

    private static async Task<LedgerRig> FollowAsync(LedgerRig rig, ITrustStore store) => rig.Store == store ? rig : await new LedgerRig(store, rig.Journal).StartAsync();

    private static async Task<List<TrustRecord>> FillAsync(LedgerRig rig)
    {
        await rig.PinAsync([.. Enumerable.Range(0, 1500).Select(n => TrustClaims.Of($"{n}.zip", $"{n}") with { Size = n, UploadTime = rig.Clock.GetUtcNow().AddTicks(-n) })]);
        for (var n = 0; n < 20; n++) Assert.Equal(ProofOutcome.Proven, await rig.ProveAsync($"{n}.zip", $"{n}"));
        await rig.PinAsync([.. Enumerable.Range(0, 5).Select(n => TrustClaims.Of($"{n}.zip", $"{n}") with { CoreMetadata = TrustClaims.Digest("m") })]);
        Assert.Equal(AcceptOutcome.Accepted, (await rig.Ledger.AcceptAsync(rig.Override("7.zip", "other"), default)).Outcome);
        return await rig.ExportAsync();
    }

    private static async Task NothingSlipsInAsync(LedgerRig rig, string reason, int stillThere)
    {
        var pins = await rig.PinAsync([.. Enumerable.Range(0, 100).Select(n => TrustClaims.Of($"{n}.zip", "a lie")), TrustClaims.Of("new.zip", "1")]);
        // The journal knows what was proven: those records stand. Nothing else is known, and nothing is new.
        for (var n = 0; n < pins.Count; n++) Assert.Equal(n < 20 && n != 7 ? PinOutcome.Changed : PinOutcome.Unrecorded, pins[n].Outcome);
        Assert.Contains(reason, Assert.Single(rig.Ledger.Status), StringComparison.Ordinal);
        Assert.NotEqual(ProofOutcome.Proven, await rig.ProveAsync("25.zip", "25"));
        Assert.Equal(0, (await rig.Ledger.ImportAsync([TrustRecord.Of(LedgerRig.Project, "pypi", TrustClaims.Of("imported.zip", "1"), default)], "ada", "", default)).Added);
        await rig.Ledger.CheckAsync(default);
        Assert.Single(rig.Ledger.Status);
        Assert.Equal(stillThere, (await rig.ExportAsync()).Count);
    }
}
