using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;
using Hashgate.Storage.Tests.Blobs;
using Hashgate.Storage.Tests.Blobs.S3;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>What every object store does for <see cref="ISharedBlobs"/>.</summary>
public abstract class SharedBlobsContract : IAsyncTest
{
    protected const int PartBytes = S3Stores.PartBytes;

    private BlobTestBed _local = null!;

    protected abstract ISharedBlobs Blobs { get; }

    public virtual Task InitializeAsync()
    {
        _local = new BlobTestBed();
        return Task.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _local.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_nobody_sent_is_gone() =>
        Assert.Equal(FetchErrorKind.Gone, Assert.IsType<FileOpening.Failed>(await Blobs.OpenAsync(Sha256Digest.Of("nothing"u8), 0, default)).Error.Kind);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(PartBytes)]
    [InlineData(PartBytes + 1)]
    [InlineData(2 * PartBytes)]
    [InlineData(2 * PartBytes + 12_345)]
    public async Task Published_bytes_are_read_back(int length)
    {
        var (bytes, digest) = Some(length);
        await PublishAsync(bytes, digest);
        Assert.Equal(bytes, await ReadAsync(digest, 0, length));
    }

    [Theory]
    [InlineData(100_000, 99_999)]
    [InlineData(2 * PartBytes + 12_345, PartBytes + 17)]
    public async Task Reading_begins_at_any_offset(int length, int offset)
    {
        var (bytes, digest) = Some(length);
        await PublishAsync(bytes, digest);
        Assert.Equal(bytes[offset..], await ReadAsync(digest, offset, length));
    }

    [Fact]
    public async Task Digest_that_nobody_promised_is_told_in_the_end()
    {
        var (bytes, digest) = Some(PartBytes + 1000);
        await PublishAsync(bytes, promised: null);
        Assert.Equal(bytes, await ReadAsync(digest, 0, bytes.Length));
    }

    [Fact]
    public async Task Nothing_is_seen_of_what_was_not_published()
    {
        var (bytes, digest) = Some(2 * PartBytes + 1);
        await using (var staging = await StageAsync(bytes))
        {
            await using var upload = Blobs.Send(digest, staging);
            upload.Advance(bytes.Length);
        }
        Assert.IsType<FileOpening.Failed>(await Blobs.OpenAsync(digest, 0, default));
    }

    [Fact]
    public async Task Second_to_publish_changes_nothing()
    {
        var (bytes, digest) = Some(PartBytes + 5);
        await PublishAsync(bytes, digest);
        await PublishAsync(bytes, digest);
        Assert.Equal(bytes, await ReadAsync(digest, 0, bytes.Length));
    }

    [Fact]
    public async Task Removed_is_gone()
    {
        var (bytes, digest) = Some(1000);
        await PublishAsync(bytes, digest);
        await Blobs.RemoveAsync(digest, default);
        Assert.Equal(FetchErrorKind.Gone, Assert.IsType<FileOpening.Failed>(await Blobs.OpenAsync(digest, 0, default)).Error.Kind);
    }

    protected Task PublishAsync(byte[] bytes, Sha256Digest? promised) => PublishAsync(Blobs, bytes, promised);

    protected async Task PublishAsync(ISharedBlobs blobs, byte[] bytes, Sha256Digest? promised)
    {
        await using var staging = await StageAsync([]);
        await using var upload = blobs.Send(promised, staging);
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(1 << 20, bytes.Length - at);
            await staging.WriteAsync(bytes.AsMemory(at, count), default);
            upload.Advance(at += count);
        }
        await upload.PublishAsync(Sha256Digest.Of(bytes), bytes.Length, default);
    }

    protected async Task<byte[]> ReadAsync(Sha256Digest digest, long offset, long total)
    {
        var opened = Assert.IsType<FileOpening.Opened>(await Blobs.OpenAsync(digest, offset, default));
        Assert.Equal(total, opened.TotalLength);
        await using var body = opened.Body;
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    protected async Task<IBlobStaging> StageAsync(byte[] bytes)
    {
        var staging = (await _local.Store.StageAsync(null, default))!;
        await staging.WriteAsync(bytes, default);
        return staging;
    }

    protected static (byte[] Bytes, Sha256Digest Digest) Some(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return (bytes, Sha256Digest.Of(bytes));
    }
}
