using Hashgate.Core.Traffic;
using Hashgate.Storage.Traffic;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>What every store of traffic does.</summary>
public abstract class TrafficStoreContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly TrafficHour Some = new(Noon, 1, 2, 3, 4, 5, 6_000_000_000, 7);

    protected ITrafficStore Store { get; private set; } = null!;

    protected abstract Task<ITrafficStore> OpenAsync();

    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => Store = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [Fact]
    public async Task Traffic_of_one_hour_adds_up()
    {
        await Store.AddAsync(Some, default);
        await Store.AddAsync(Some with { PageHits = 0, BytesServed = 10 }, default);
        Assert.Equal([new TrafficHour(Noon, 2, 2, 6, 8, 10, 6_000_000_010, 14)], await Store.ReadAsync(Noon, default));
    }

    [Fact]
    public async Task Hours_are_read_oldest_first_from_the_one_that_a_moment_is_in()
    {
        TrafficHour[] all = [Some with { Hour = Noon.AddHours(1) }, Some with { Hour = Noon.AddHours(-1) }, Some];
        foreach (var hour in all) await Store.AddAsync(hour, default);
        Assert.Equal([all[1], all[2], all[0]], await Store.ReadAsync(DateTimeOffset.UnixEpoch, default));
        Assert.Equal([all[2], all[0]], await Store.ReadAsync(Noon.AddMinutes(59), default));
    }

    [Fact]
    public async Task Many_hours_are_read_each_once()
    {
        for (var i = 0; i < 1100; i++) await Store.AddAsync(Some with { Hour = Noon.AddHours(i) }, default);
        Assert.Equal(Enumerable.Range(0, 1100).Select(i => Noon.AddHours(i)), (await Store.ReadAsync(Noon, default)).Select(t => t.Hour));
    }

    [Fact]
    public async Task Trim_removes_the_hours_that_ended_before()
    {
        foreach (var hour in (int[])[-9, -1, 0, 1]) await Store.AddAsync(Some with { Hour = Noon.AddHours(hour) }, default);
        await Store.TrimAsync(Noon.AddMinutes(30), default);
        Assert.Equal([Some, Some with { Hour = Noon.AddHours(1) }], await Store.ReadAsync(DateTimeOffset.UnixEpoch, default));
    }

    [Fact]
    public async Task Empty_store_has_no_hours()
    {
        await Store.TrimAsync(Noon, default);
        Assert.Empty(await Store.ReadAsync(DateTimeOffset.UnixEpoch, default));
    }
}
