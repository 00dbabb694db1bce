using Hashgate.Storage.Blobs.Disk;

namespace Hashgate.Storage.Tests.Blobs;

public sealed class BlobScrubberTests
{
    [Fact]
    public async Task Scrub_removes_what_does_not_hold_and_counts()
    {
        await using var bed = new BlobTestBed();
        var good = await bed.AddAsync(new byte[1000]);
        var bad = await bed.AddAsync(new byte[2000]);
        bed.Overwrite(bad, [.. new byte[1999], 1]);

        await bed.Store.Scrubber.ScrubAsync(default);

        Assert.NotNull(await bed.ReadAsync(good));
        Assert.False(File.Exists(bed.PathOf(bad)));
        Assert.Single(bed.Alarms);
        Assert.Equal(new ScrubProgress(2, 2, 3000, 1, 0, bed.Clock.GetUtcNow()), bed.Store.Stats.Scrub);
    }

    [Fact]
    public async Task Scrub_finds_rot_that_leaves_no_trace_in_the_file_system()
    {
        await using var bed = new BlobTestBed();
        var bad = await bed.AddAsync(new byte[2000]);
        bed.Overwrite(bad, [.. new byte[1999], 1]);
        // As if the medium had decayed: the index says that the file was proven just as it is.
        using (var file = File.OpenHandle(bed.PathOf(bad))) bed.Store.Verifier.Accept(bad, Posix.Identify(file));

        await bed.Store.Scrubber.ScrubAsync(default);

        Assert.Null(await bed.ReadAsync(bad));
    }

    [Fact]
    public async Task Scrub_adopts_blobs_that_the_index_had_lost()
    {
        await using var bed = new BlobTestBed();
        var digest = await bed.AddAsync(new byte[1000]);
        File.Delete(bed.Options.IndexFile);
        bed.Restart();
        bed.Store.Upkeep.Reconcile(default);

        await bed.Store.Scrubber.ScrubAsync(default);

        Assert.Equal(0, bed.Store.Stats.Scrub.Removed);
        Assert.NotNull(await bed.ReadAsync(digest));
    }
}
