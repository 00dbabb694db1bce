using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Blobs;

namespace Hashgate.Storage.Tests.Blobs;

public sealed class SmallBlobsTests : IAsyncDisposable
{
    private readonly BlobTestBed _bed = new();
    private readonly CountingStore _counted;

    public SmallBlobsTests() => _counted = new CountingStore(_bed.Store);

    [Fact]
    public async Task Small_blob_is_opened_once_and_read_whole_at_any_offset()
    {
        using var blobs = new SmallBlobs(_counted, 1 << 20);
        var digest = await _bed.AddAsync("some bytes"u8.ToArray());
        for (var i = 0; i < 3; i++)
        {
            await using var blob = await blobs.OpenAsync(digest, default);
            Assert.Equal("some bytes"u8.ToArray(), BlobTestBed.ReadAll(blob!));
            var rest = new byte[3];
            Assert.Equal(3, blob!.Read(rest, 5));
            Assert.Equal("byt"u8.ToArray(), rest);
            Assert.Equal(0, blob.Read(rest, 10));
            Assert.Equal(0, blob.Read(rest, long.MaxValue));
        }
        Assert.Equal(1, _counted.Opened);
    }

    [Theory]
    [InlineData(SmallBlobs.MaxLength, 1 << 20, 1)]
    [InlineData(SmallBlobs.MaxLength + 1, 1 << 20, 2)]
    [InlineData(1000, 1000, 2)]
    [InlineData(10, 0, 2)]
    public async Task Large_blob_and_one_that_finds_no_room_are_opened_each_time(int length, long memoryBytes, int opened)
    {
        using var blobs = new SmallBlobs(_counted, memoryBytes);
        var digest = await _bed.AddAsync(new byte[length]);
        for (var i = 0; i < 2; i++)
        {
            await using var blob = await blobs.OpenAsync(digest, default);
            Assert.Equal(length, blob!.Length);
        }
        Assert.Equal(opened, _counted.Opened);
    }

    [Fact]
    public async Task Bytes_that_are_not_their_digests_are_neither_kept_nor_served()
    {
        using var blobs = new SmallBlobs(_counted, 1 << 20);
        var digest = await _bed.AddAsync("some bytes"u8.ToArray());
        _counted.Corrupt = true;
        Assert.Null(await blobs.OpenAsync(digest, default));
        _counted.Corrupt = false;
        await using var blob = await blobs.OpenAsync(digest, default);
        Assert.Equal("some bytes"u8.ToArray(), BlobTestBed.ReadAll(blob!));
        Assert.Equal(2, _counted.Opened);
    }

    [Fact]
    public async Task Unknown_blob_is_none()
    {
        using var blobs = new SmallBlobs(_counted, 1 << 20);
        Assert.Null(await blobs.OpenAsync(Sha256Digest.Of("nowhere"u8), default));
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    private sealed class CountingStore(IBlobStore store) : IBlobStore
    {
        public int Opened { get; private set; }

        public bool Corrupt { get; set; }

        public async ValueTask<IBlob?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
        {
            Opened++;
            return await store.OpenAsync(digest, cancellationToken) is { } blob ? Corrupt ? new CorruptBlob(blob) : blob : null;
        }

        public ValueTask<IBlobStaging?> StageAsync(long? expectedSize, CancellationToken cancellationToken) => store.StageAsync(expectedSize, cancellationToken);

        public void MarkIrreplaceable(Sha256Digest digest) => store.MarkIrreplaceable(digest);
    }

    private sealed class CorruptBlob(IBlob blob) : IBlob
    {
        public long Length => blob.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            var count = blob.Read(buffer, offset);
            buffer[..count].Clear();
            return count;
        }

        public ValueTask DisposeAsync() => blob.DisposeAsync();
    }
}
