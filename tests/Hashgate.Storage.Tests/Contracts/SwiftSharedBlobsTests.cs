using Amazon.Runtime;
using Amazon.S3;
using Hashgate.Core.Blobs;
using Hashgate.Core.Upstreams;
using Hashgate.Storage.Blobs.S3;
using Hashgate.Storage.Tests.Blobs.S3;
using Hashgate.Testing.S3;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>A large store of another make, which asserts signatures and refuses conditions.</summary>
[Trait("Needs", "s3")]
public sealed class SwiftSharedBlobsTests(SwiftSharedBlobsTests.Server server) : SharedBlobsContract, IClassFixture<SwiftSharedBlobsTests.Server>, IAsyncTest
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
    public async Task Wrong_secret_is_a_wrong_setting()
    {
        await using var bucket = S3Stores.Connect(server.Options with { SecretKey = "another" });
        Assert.Contains("Hashgate:S3:SecretKey is wrong", Assert.Single(await bucket.CheckAsync(default)), StringComparison.Ordinal);
        var failed = Assert.IsType<FileOpening.Failed>(await S3Stores.Blobs(bucket).OpenAsync(Some(10).Digest, 0, default));
        Assert.Equal(FetchErrorKind.Unreachable, failed.Error.Kind);
    }

    [Fact]
    public async Task Key_that_nobody_has_is_a_wrong_setting()
    {
        await using var bucket = S3Stores.Connect(server.Options with { AccessKey = "test:nobody" });
        Assert.Contains("Hashgate:S3:AccessKey", Assert.Single(await bucket.CheckAsync(default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_are_a_wrong_setting()
    {
        await using var chunked = S3Stores.Connect(server.Options with { UseChunkEncoding = true, Prefix = "chunked/" });
        Assert.Contains("Hashgate:S3:UseChunkEncoding is true", Assert.Single(await chunked.CheckAsync(default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bucket_that_is_not_there_is_a_wrong_setting()
    {
        await using var bucket = S3Stores.Connect(server.Options with { Bucket = "other" });
        Assert.Contains("Hashgate:S3:Bucket is 'other'", Assert.Single(await bucket.CheckAsync(default)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(PartBytes + 1000)]
    public async Task Body_that_changes_on_its_way_is_not_taken(int length)
    {
        await using var bucket = S3Stores.Connect(server.Options with { CreateHandler = static () => new DamagingHandler() });
        var (bytes, digest) = Some(length);
        await Assert.ThrowsAnyAsync<IOException>(() => PublishAsync(S3Stores.Blobs(bucket), bytes, digest));
        Assert.Equal(FetchErrorKind.Gone, Assert.IsType<FileOpening.Failed>(await Blobs.OpenAsync(digest, 0, default)).Error.Kind);
    }

    public sealed class Server : IAsyncTest
    {
        private SwiftServer _store = null!;

        internal S3Options Options => S3Stores.Options with
        {
            ServiceUrl = _store.Url.AbsoluteUri,
            AccessKey = SwiftServer.AccessKey,
            SecretKey = SwiftServer.SecretKey,
            UseChunkEncoding = false,
        };

        public async Task InitializeAsync()
        {
            _store = await SwiftServer.StartAsync();
            using var client = new AmazonS3Client(
                new BasicAWSCredentials(SwiftServer.AccessKey, SwiftServer.SecretKey),
                new AmazonS3Config { ServiceURL = _store.Url.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "us-east-1", MaxErrorRetry = 10 });
            await client.PutBucketAsync(Options.Bucket);
        }

        public ValueTask DisposeAsync() => _store.DisposeAsync();
    }
}
