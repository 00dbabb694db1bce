using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>A Redis is emptied, set back or killed under the running program.</summary>
[Trait("Needs", "redis")]
public class RedisTrustLossTests : TrustLossContract
{
    private RedisBed? _bed;
    private RedisTrustStore? _store;

    protected virtual Task<RedisBed> MakeBedAsync() => RedisBed.OwnAsync();

    protected override async Task<ITrustStore> OpenAsync() => _store = new RedisTrustStore((_bed ??= await MakeBedAsync()).Connect(timeoutSeconds: 5));

    protected override async Task<ITrustStore> EmptyAsync()
    {
        await _bed!.EmptyAsync();
        return _store!;
    }

    protected override Task TakeDumpAsync()
    {
        _bed!.TakeDump();
        return Task.CompletedTask;
    }

    protected override async Task<ITrustStore> PutDumpBackAsync()
    {
        await _bed!.PutDumpBackAsync();
        await ReachableAsync();
        return _store!;
    }

    protected override async Task CloseAsync()
    {
        if (_bed is not null) await _bed.DisposeAsync();
    }

    [Fact]
    public async Task Flushall_amid_8_writers_lets_no_first_use_slip_in()
    {
        var rig = await StartAsync(await OpenAsync());
        var told = await WhileWritingAsync(rig, () => _bed!.EmptyAsync());
        Assert.Empty(await rig.ExportAsync());
        Assert.NotEmpty(rig.Ledger.Status);
        Assert.Null((await rig.Ledger.RestoreAsync([], default)).Problem);
        await AllStandAsync(rig, told);
    }

    [Fact]
    public async Task Kill_amid_8_writers_loses_nothing_that_was_told()
    {
        var rig = await StartAsync(await OpenAsync());
        var told = await WhileWritingAsync(rig, () => _bed!.KillAsync());
        Assert.NotEmpty(rig.Ledger.Status);
        await _bed!.StartAgainAsync();
        await ReachableAsync();
        await rig.Ledger.CheckAsync(default);
        Assert.Empty(rig.Ledger.Status);
        await AllStandAsync(rig, told);
        // What the store took in its last moment and nobody was told is in the journal by now.
        Assert.Empty((await rig.Ledger.DiffAsync(default)).MissingThere);
    }

    [Fact]
    public async Task Two_replicas_that_race_agree_and_each_journal_restores_all()
    {
        var one = await StartAsync(await OpenAsync(), "one");
        var two = await StartAsync(await OpenAsync(), "two");
        var pins = await Task.WhenAll(((LedgerRig[])[one, two]).Select((rig, i) => Task.Run(async () =>
        {
            var pins = new List<Pin>();
            for (var n = 0; n < 200; n++) pins.Add(await rig.PinAsync($"{n}.zip", $"{n} as {i} has it"));
            return pins;
        })));
        Assert.Equal(pins[0].Select(p => p.Record), pins[1].Select(p => p.Record));
        Assert.All(pins[0].Zip(pins[1]), p => Assert.True((p.First.Outcome == PinOutcome.New) ^ (p.Second.Outcome == PinOutcome.New)));
        var before = await one.ExportAsync();
        foreach (var rig in (LedgerRig[])[one, two])
        {
            await rig.Ledger.CheckAsync(default);
            await _bed!.EmptyAsync();
            Assert.Null((await rig.Ledger.RestoreAsync([], default)).Problem);
            Assert.Equal(before, await rig.ExportAsync());
        }
        Assert.Equal(PinOutcome.New, (await one.PinAsync("next.zip", "1")).Outcome);
        Assert.Equal(PinOutcome.Same, (await two.PinAsync("next.zip", "1")).Outcome);
    }

    /// <summary>Lets 8 writers pin new files until each has met an outage that <paramref name="disaster"/> makes amid them.</summary>
    private static async Task<List<TrustRecord>> WhileWritingAsync(LedgerRig rig, Func<Task> disaster)
    {
        using var underway = new CountdownEvent(200);
        var writers = Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            var told = new List<TrustRecord>();
            for (var n = 0; ; n++)
            {
                var pin = await rig.PinAsync($"{w}-{n}.zip", $"{w} {n}");
                if (pin.Record is null) return told;
                told.Add(pin.Record);
                if (!underway.IsSet) underway.Signal();
            }
        })).ToArray();
        underway.Wait();
        await disaster();
        return [.. (await Task.WhenAll(writers)).SelectMany(t => t)];
    }

    private static async Task AllStandAsync(LedgerRig rig, List<TrustRecord> told)
    {
        var records = (await rig.ExportAsync()).ToHashSet();
        Assert.True(told.Count >= 200);
        Assert.All(told, r => Assert.Contains(r, records));
        Assert.Equal(PinOutcome.New, (await rig.PinAsync("new.zip", "1")).Outcome);
    }

    private async Task ReachableAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await _store!.GetStatesAsync(patience.Token);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }
}
