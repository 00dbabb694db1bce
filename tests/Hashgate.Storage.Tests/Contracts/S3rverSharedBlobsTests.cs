using Hashgate.Core.Blobs;
using Hashgate.Storage.Blobs.S3;
using Hashgate.Storage.Tests.Blobs.S3;
using Hashgate.Testing.S3;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>A small store of another make: it writes over what is there, can't take uploads back, and knows no bodies that are signed in chunks.</summary>
[Trait("Needs", "s3")]
public sealed class S3rverSharedBlobsTests(S3rverSharedBlobsTests.Server server) : SharedBlobsContract, IClassFixture<S3rverSharedBlobsTests.Server>, IAsyncTest
{
    private readonly S3Bucket _bucket = S3Stores.Connect(server.Options with { Prefix = Guid.NewGuid().ToString("n") + "/" });

    protected override ISharedBlobs Blobs => S3Stores.Blobs(_bucket);

    public override async ValueTask DisposeAsync()
    {
        await _bucket.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Start_finds_nothing_wrong()
    {
        Assert.Empty(await _bucket.CheckAsync(default));
        Assert.Null(_bucket.Trouble);
    }

    [Fact]
    public async Task Bucket_that_is_not_there_is_a_wrong_setting()
    {
        await using var elsewhere = S3Stores.Connect(server.Options with { Bucket = "other" });
        Assert.Contains("Hashgate:S3:Bucket is 'other'", Assert.Single(await elsewhere.CheckAsync(default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_whose_marks_it_keeps_are_a_wrong_setting()
    {
        await using var chunked = S3Stores.Connect(server.Options with { UseChunkEncoding = true, Prefix = "chunked/" });
        Assert.Contains("Hashgate:S3:UseChunkEncoding is true", Assert.Single(await chunked.CheckAsync(default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_that_can_not_be_taken_back_is_no_trouble()
    {
        var (bytes, digest) = Some(2 * PartBytes + 1);
        await using (var staging = await StageAsync(bytes))
        {
            await using var upload = Blobs.Send(digest, staging);
            upload.Advance(bytes.Length);
        }
        Assert.Null(_bucket.Trouble);
    }

    public sealed class Server : IAsyncTest
    {
        private S3rver _store = null!;

        internal S3Options Options => S3Stores.Options with { ServiceUrl = _store.Url.AbsoluteUri, UseChunkEncoding = false };

        public async Task InitializeAsync() => _store = await S3rver.StartAsync();

        public ValueTask DisposeAsync() => _store.DisposeAsync();
    }
}
