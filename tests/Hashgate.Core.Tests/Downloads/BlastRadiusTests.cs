using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Downloads;

public sealed class BlastRadiusTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Since = new(2026, 1, 1);

    [Fact]
    public async Task Each_client_is_told_once_with_its_last_tool_first_day_and_count()
    {
        var radius = await SumAsync(
            Some(day: -3, agent: "pip/22.0", count: 2), Some(day: -1, agent: "uv/0.5.1 {\"ci\":true}"), Some(day: -2, client: "10.0.0.2", agent: null, count: 5));
        Assert.Equal((8, 2, 1), (radius.Downloads, radius.Clients, radius.ClientsInCi));
        Assert.Equal((DateOnly.FromDateTime(Noon.AddDays(-3).Date), Noon.AddDays(-1), false), (radius.FirstDay, radius.Last, radius.IsCut));
        Assert.Equal(
            [("10.0.0.1", new ClientTool("uv", "0.5.1", null, null, true), 3L, DateOnly.FromDateTime(Noon.AddDays(-3).Date), Noon.AddDays(-1)), ("10.0.0.2", (ClientTool?)null, 5L, DateOnly.FromDateTime(Noon.AddDays(-2).Date), Noon.AddDays(-2))],
            radius.Holders.Select(h => (h.Client, h.Tool, h.Downloads, h.FirstDay, h.Last)));
    }

    [Fact]
    public async Task Other_bytes_under_the_same_name_are_another_entry()
    {
        var radius = await SumAsync(Some(), Some() with { Sha256 = Sha256Digest.Of("other"u8) }, Some() with { Filename = "demo-1.0-py3-none-any.whl" });
        Assert.Equal((3, 1), (radius.Holders.Count, radius.Clients));
    }

    [Fact]
    public async Task Past_the_most_holders_downloads_are_counted_all_the_same()
    {
        var radius = await SumAsync([.. Enumerable.Range(0, BlastRadius.MaxHolders + 5).Select(i => Some(client: $"c{i}")), Some(client: "c1")]);
        Assert.Equal((BlastRadius.MaxHolders + 6, BlastRadius.MaxHolders, true), (radius.Downloads, radius.Holders.Count, radius.IsCut));
    }

    [Fact]
    public async Task Nobody_is_nobody()
    {
        var radius = await SumAsync();
        Assert.Equal((0, 0, null, null), (radius.Downloads, radius.Clients, radius.FirstDay, radius.Last));
    }

    private static Task<BlastRadius> SumAsync(params Download[] downloads) => BlastRadius.OfAsync(Since, downloads.ToAsyncEnumerable(), default);

    private static Download Some(int day = 0, string client = "10.0.0.1", string? agent = "pip/23.2.1", int count = 1) => new(
        DateOnly.FromDateTime(Noon.AddDays(day).Date), ProjectName.Parse("demo"), "1.0", "demo-1.0.tar.gz", Sha256Digest.Of("file"u8), client, agent, count, Noon.AddDays(day));
}
