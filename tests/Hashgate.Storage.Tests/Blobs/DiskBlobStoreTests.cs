using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Tests.Contracts;

namespace Hashgate.Storage.Tests.Blobs;

public sealed class DiskBlobStoreTests : BlobStoreContract, IAsyncTest
{
    private readonly BlobTestBed _bed = new();

    protected override IBlobStore Store => _bed.Store;

    [Fact]
    public async Task Restart_serves_what_was_published()
    {
        var digest = await _bed.AddAsync(Some(5000));
        _bed.Restart();
        Assert.Equal(Some(5000), await _bed.ReadAsync(digest));
        Assert.Equal(5000, _bed.Store.Stats.Bytes);
    }

    [Fact]
    public async Task Staging_is_empty_after_publish_and_after_discard()
    {
        await _bed.AddAsync(Some(10));
        await using (var discarded = await Store.StageAsync(10, default)) Assert.Single(_bed.Staged);
        Assert.Empty(_bed.Staged);
    }

    [Fact]
    public async Task Start_empties_staging_of_an_earlier_run()
    {
        var staging = await Store.StageAsync(10, default);
        await staging!.WriteAsync(Some(10), default);
        Assert.Single(_bed.Staged);

        _bed.Restart();

        Assert.Empty(_bed.Staged);
        await staging.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Blob_changed_on_disk_is_removed_with_an_alarm(bool restarted)
    {
        var digest = await _bed.AddAsync(Some(5000));
        var bad = Some(5000);
        bad[2500] ^= 1;
        _bed.Overwrite(digest, bad);
        if (restarted) _bed.Restart();

        Assert.Null(await _bed.ReadAsync(digest));

        Assert.False(File.Exists(_bed.PathOf(digest)));
        Assert.Contains(digest.ToString(), Assert.Single(_bed.Alarms).Reason, StringComparison.Ordinal);
        Assert.Equal(0, _bed.Store.Stats.Bytes);
    }

    [Fact]
    public async Task Blob_changed_with_its_write_time_put_back_is_noticed()
    {
        var digest = await _bed.AddAsync(Some(5000));
        var written = File.GetLastWriteTimeUtc(_bed.PathOf(digest));
        var bad = Some(5000);
        bad[0] ^= 1;
        _bed.Overwrite(digest, bad, written);

        Assert.Null(await _bed.ReadAsync(digest));
    }

    [Fact]
    public async Task Truncated_blob_is_removed()
    {
        var digest = await _bed.AddAsync(Some(5000));
        _bed.Overwrite(digest, Some(5000)[..4999]);
        Assert.Null(await _bed.ReadAsync(digest));
        Assert.Single(_bed.Alarms);
    }

    [Fact]
    public async Task Blob_replaced_by_the_same_bytes_is_hashed_and_served()
    {
        var digest = await _bed.AddAsync(Some(5000));
        _bed.Overwrite(digest, Some(5000));
        Assert.Equal(Some(5000), await _bed.ReadAsync(digest));
        Assert.Empty(_bed.Alarms);
    }

    [Fact]
    public async Task Lost_index_costs_a_hashing_and_nothing_else()
    {
        var good = await _bed.AddAsync(Some(5000));
        var bad = await _bed.AddAsync(Some(6000));
        File.WriteAllBytes(_bed.PathOf(bad), Some(6000)[1..]);
        File.Delete(_bed.Options.IndexFile);
        _bed.Restart();

        Assert.Equal(Some(5000), await _bed.ReadAsync(good));
        Assert.Null(await _bed.ReadAsync(bad));
    }

    [Theory]
    [InlineData("")]
    [InlineData("junk")]
    [InlineData("hashgate blob index 1\ntorn")]
    public async Task Broken_index_is_started_anew(string text)
    {
        var digest = await _bed.AddAsync(Some(5000));
        File.WriteAllText(_bed.Options.IndexFile, text);
        _bed.Restart();
        _bed.Store.Upkeep.Reconcile(default);

        Assert.Equal(5000, _bed.Store.Stats.Bytes);
        Assert.Equal(Some(5000), await _bed.ReadAsync(digest));
    }

    [Fact]
    public async Task Blob_that_vanished_from_disk_is_forgotten()
    {
        var digest = await _bed.AddAsync(Some(5000));
        File.Delete(_bed.PathOf(digest));
        Assert.Null(await _bed.ReadAsync(digest));
        Assert.Equal(0, _bed.Store.Stats.Count);
    }

    [Fact]
    public async Task Reconcile_adopts_and_forgets_and_leaves_strange_files_alone()
    {
        var gone = await _bed.AddAsync(Some(1000));
        File.Delete(_bed.PathOf(gone));
        var found = Sha256Digest.Of(Some(2000));
        Directory.CreateDirectory(Path.GetDirectoryName(_bed.PathOf(found))!);
        File.WriteAllBytes(_bed.PathOf(found), Some(2000));
        var stray = Path.Combine(_bed.Options.BlobsDirectory, "README");
        File.WriteAllText(stray, "hello");

        _bed.Store.Upkeep.Reconcile(default);

        Assert.Equal((1, 2000), (_bed.Store.Stats.Count, _bed.Store.Stats.Bytes));
        Assert.Equal(Some(2000), await _bed.ReadAsync(found));
        Assert.True(File.Exists(stray));
    }

    [Fact]
    public async Task Half_written_file_under_a_blobs_name_is_never_served()
    {
        var digest = Sha256Digest.Of(Some(5000));
        Directory.CreateDirectory(Path.GetDirectoryName(_bed.PathOf(digest))!);
        File.WriteAllBytes(_bed.PathOf(digest), Some(5000)[..3000]);
        _bed.Restart();

        Assert.Null(await _bed.ReadAsync(digest));
    }

    [Fact]
    public async Task Concurrent_opens_of_a_touched_blob_all_get_it()
    {
        var digest = await _bed.AddAsync(Some(500_000));
        _bed.Overwrite(digest, Some(500_000));

        var reads = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => _bed.ReadAsync(digest))));

        Assert.All(reads, r => Assert.Equal(500_000, r?.Length));
    }

    public async ValueTask DisposeAsync() => await _bed.DisposeAsync();
}
