using Hashgate.Core.Packaging;
using Hashgate.Storage.Blobs.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Blobs;

public sealed class DiskRoomTests
{
    [Fact]
    public async Task Stage_that_would_break_the_reserve_is_null()
    {
        await using var bed = new BlobTestBed(minFree: 1000);
        bed.Disk = 1999;
        Assert.Null(await bed.Store.StageAsync(1000, default));
        await using var fits = await bed.Store.StageAsync(999, default);
        Assert.NotNull(fits);
    }

    [Fact]
    public async Task Stagings_cannot_count_on_the_same_room()
    {
        await using var bed = new BlobTestBed(minFree: 1000);
        bed.Disk = 3000;
        var first = await bed.Store.StageAsync(1500, default);
        Assert.NotNull(first);
        Assert.Null(await bed.Store.StageAsync(1500, default));

        await first.DisposeAsync();

        await using var second = await bed.Store.StageAsync(1500, default);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Room_is_counted_once_as_a_promise_is_written()
    {
        await using var bed = new BlobTestBed(minFree: 1000);
        bed.Disk = 3000;
        await using var half = (await bed.Store.StageAsync(1000, default))!;
        Assert.True(await half.WriteAsync(new byte[1000], default));
        await using var other = await bed.Store.StageAsync(1000, default);
        Assert.NotNull(other);
    }

    [Fact]
    public async Task Write_into_the_reserve_ends_the_staging_and_nothing_else()
    {
        await using var bed = new BlobTestBed(minFree: 1000);
        var kept = await bed.AddAsync(new byte[100]);
        await using var staging = (await bed.Store.StageAsync(null, default))!;
        var chunk = new byte[1 << 20];
        for (var i = 0; i < 16; i++) Assert.True(await staging.WriteAsync(chunk, default));
        bed.Disk = 16 << 20;

        Assert.False(await staging.WriteAsync(chunk, default));
        Assert.False(await staging.WriteAsync("x"u8.ToArray(), default));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await staging.PublishAsync(Sha256Digest.Of("x"u8), default));
        Assert.Equal(100, (await bed.ReadAsync(kept))?.Length);
    }

    [Fact]
    public async Task Write_to_a_disk_without_space_is_false()
    {
        if (!OperatingSystem.IsLinux()) return;
        // Writing to /dev/full fails with ENOSPC, as a full disk does.
        var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        await using var staging = new DiskBlobStaging("/nonexistent/staged", full, 10, new DiskSpace(() => long.MaxValue, 0), (_, _, _) => { }, NullLogger.Instance);
        Assert.False(await staging.WriteAsync("0123456789"u8.ToArray(), default));
    }

    [Fact]
    public async Task Stage_evicts_to_make_room()
    {
        await using var bed = new BlobTestBed(minFree: 1000);
        var old = await bed.AddAsync(new byte[1000]);
        bed.Disk = 2500;

        await using var staging = await bed.Store.StageAsync(1000, default);

        Assert.NotNull(staging);
        Assert.Null(await bed.ReadAsync(old));
    }

    [Fact]
    public async Task Start_on_a_full_disk_serves_what_is_there()
    {
        await using var bed = new BlobTestBed(maxBytes: 1_000_000, minFree: 1000);
        var kept = await bed.AddAsync(new byte[100]);
        bed.Disk = 100;
        bed.Restart();

        Assert.Null(await bed.Store.StageAsync(10_000, default));

        Assert.Equal(100, (await bed.ReadAsync(kept))?.Length);
    }
}
