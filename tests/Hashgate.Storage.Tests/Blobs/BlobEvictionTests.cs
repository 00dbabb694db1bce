using Hashgate.Core.Packaging;
using Hashgate.Storage.Blobs.Disk;

namespace Hashgate.Storage.Tests.Blobs;

public sealed class BlobEvictionTests
{
    [Fact]
    public async Task Least_recently_used_go_first()
    {
        await using var bed = new BlobTestBed(maxBytes: 3000);
        var digests = await FillAsync(bed, 3);
        await bed.ReadAsync(digests[0]);

        var newest = await AddAsync(bed, 4);
        await EvictAsync(bed, () => bed.Store.Stats.Bytes <= 3000);

        Assert.NotNull(await bed.ReadAsync(digests[0]));
        Assert.Null(await bed.ReadAsync(digests[1]));
        Assert.NotNull(await bed.ReadAsync(newest));
    }

    [Fact]
    public async Task Last_uses_survive_a_clean_restart()
    {
        await using var bed = new BlobTestBed(maxBytes: 3000);
        var digests = await FillAsync(bed, 3);
        await bed.ReadAsync(digests[0]);
        await bed.Store.DisposeAsync();
        bed.Restart();

        await AddAsync(bed, 4);
        await EvictAsync(bed, () => bed.Store.Stats.Bytes <= 3000);

        Assert.NotNull(await bed.ReadAsync(digests[0]));
        Assert.Null(await bed.ReadAsync(digests[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Irreplaceable_blobs_go_last(bool restarted)
    {
        await using var bed = new BlobTestBed(maxBytes: 3000);
        var digests = await FillAsync(bed, 3);
        bed.Store.MarkIrreplaceable(digests[0]);
        if (restarted) bed.Restart();

        await AddAsync(bed, 4);
        await EvictAsync(bed, () => bed.Store.Stats.Bytes <= 3000);

        Assert.NotNull(await bed.ReadAsync(digests[0]));
        Assert.Null(await bed.ReadAsync(digests[1]));
    }

    [Fact]
    public async Task Open_blob_is_readable_after_its_eviction()
    {
        await using var bed = new BlobTestBed(maxBytes: 1000);
        var old = await AddAsync(bed, 1);
        await using var open = (await bed.Store.OpenAsync(old, default))!;

        await AddAsync(bed, 2);
        await EvictAsync(bed, () => !File.Exists(bed.PathOf(old)));

        Assert.Null(await bed.Store.OpenAsync(old, default));
        Assert.Equal(1000, BlobTestBed.ReadAll(open).Length);
    }

    [Fact]
    public async Task Default_limit_is_four_fifths_of_free_and_held_up_to_100_GiB()
    {
        await using var bed = new BlobTestBed();
        Assert.Equal(100L << 30, bed.Store.Stats.MaxBytes);
        await AddAsync(bed, 1);
        bed.Disk = 10_000;
        bed.Restart();
        Assert.Equal(8_000, bed.Store.Stats.MaxBytes);
    }

    [Fact]
    public async Task Last_uses_are_written_out_now_and_then()
    {
        await using var bed = new BlobTestBed(maxBytes: 3000);
        var digests = await FillAsync(bed, 3);
        await bed.ReadAsync(digests[0]);
        var before = File.ReadAllBytes(bed.Options.IndexFile);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var running = bed.Store.RunAsync(end.Token);
        while (File.ReadAllBytes(bed.Options.IndexFile).AsSpan().SequenceEqual(before))
        {
            bed.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5, end.Token);
        }
        // A crash, not a clean stop: what counts is on disk already.
        bed.Restart();

        await AddAsync(bed, 4);
        await EvictAsync(bed, () => bed.Store.Stats.Bytes <= 3000);

        Assert.NotNull(await bed.ReadAsync(digests[0]));
        Assert.Null(await bed.ReadAsync(digests[1]));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Options_out_of_range_are_all_told()
    {
        var options = new DiskBlobOptions { DataDirectory = "x", MaxBytes = 0, MinFreeBytes = -1, ScrubBytesPerSecond = 0, ScrubPause = TimeSpan.Zero, SaveIndexEvery = TimeSpan.Zero };
        Assert.Equal(5, options.Errors().Count());
        Assert.Empty(new DiskBlobOptions { DataDirectory = "x" }.Errors());
    }

    private static async Task<List<Sha256Digest>> FillAsync(BlobTestBed bed, int count)
    {
        var digests = new List<Sha256Digest>();
        for (var i = 1; i <= count; i++) digests.Add(await AddAsync(bed, i));
        return digests;
    }

    private static Task<Sha256Digest> AddAsync(BlobTestBed bed, int fill)
    {
        bed.Clock.Advance(TimeSpan.FromSeconds(1));
        var bytes = new byte[1000];
        bytes.AsSpan().Fill((byte)fill);
        var added = bed.AddAsync(bytes);
        bed.Clock.Advance(TimeSpan.FromSeconds(1));
        return added;
    }

    private static async Task EvictAsync(BlobTestBed bed, Func<bool> done)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var running = bed.Store.RunAsync(end.Token);
        while (!done()) await Task.Delay(5, end.Token);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
