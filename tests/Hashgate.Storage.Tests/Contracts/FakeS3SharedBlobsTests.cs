using System.Net;
using Hashgate.Core.Blobs;
using Hashgate.Core.Upstreams;
using Hashgate.Storage.Blobs.S3;
using Hashgate.Storage.Tests.Blobs.S3;
using Hashgate.Testing.S3;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>An object store that honours conditions and checksums, and fails when it is told to.</summary>
public sealed class FakeS3SharedBlobsTests : SharedBlobsContract
{
    private FakeS3 _store = null!;
    private S3Bucket _bucket = null!;

    protected override ISharedBlobs Blobs => S3Stores.Blobs(_bucket);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _store = await FakeS3.StartAsync();
        _bucket = S3Stores.Connect(S3Stores.Of(_store));
    }

    public override async ValueTask DisposeAsync()
    {
        await _bucket.DisposeAsync();
        await _store.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(PartBytes + 1000)]
    public async Task Bodies_that_are_signed_whole_are_taken_as_well(int length)
    {
        await _bucket.DisposeAsync();
        _bucket = S3Stores.Connect(S3Stores.Of(_store) with { UseChunkEncoding = false });
        var (bytes, digest) = Some(length);
        await PublishAsync(bytes, digest);
        Assert.Equal(bytes, await ReadAsync(digest, 0, length));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(PartBytes + 1000)]
    public async Task Store_without_conditions_is_written_to_without(int length)
    {
        _store.KnowsConditions = false;
        var (bytes, digest) = Some(length);
        await PublishAsync(bytes, digest);
        Assert.Equal(bytes, await ReadAsync(digest, 0, length));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(PartBytes + 1000)]
    public async Task Blob_that_is_there_is_not_written_over(int length)
    {
        var (bytes, digest) = Some(length);
        await PublishAsync(bytes, digest);
        var key = _store.Objects.Keys.Single();
        _store.Replace(key, [1, 2, 3]);
        await PublishAsync(bytes, digest);
        Assert.Equal([1, 2, 3], _store.Objects[key]);
        Assert.Equal(0, _store.Unfinished);
    }

    [Fact]
    public async Task Large_file_is_on_its_way_before_it_is_whole()
    {
        var (bytes, digest) = Some(2 * PartBytes);
        await using var staging = await StageAsync(bytes[..(PartBytes + 1)]);
        await using var upload = Blobs.Send(digest, staging);
        upload.Advance(PartBytes + 1);
        await _store.AwaitRequestAsync("partNumber=1");
        Assert.Empty(_store.Objects);
    }

    [Fact]
    public async Task Given_up_upload_leaves_no_parts()
    {
        var (bytes, digest) = Some(2 * PartBytes);
        await using (var staging = await StageAsync(bytes))
        {
            await using var upload = Blobs.Send(digest, staging);
            upload.Advance(bytes.Length);
            await _store.AwaitRequestAsync("partNumber=1");
        }
        Assert.Equal(0, _store.Unfinished);
        Assert.Empty(_store.Objects);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(PartBytes + 1000)]
    public async Task Store_that_fails_fails_the_publishing_with_what_it_said(int length)
    {
        _store.Fault = request => request.Method == "GET" ? null : HttpStatusCode.Forbidden;
        var (bytes, digest) = Some(length);
        var error = await Assert.ThrowsAnyAsync<IOException>(() => PublishAsync(bytes, digest));
        Assert.Contains("403", error.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Objects);
    }

    [Fact]
    public async Task Store_that_fails_is_not_one_without_the_blob()
    {
        _store.Fault = _ => HttpStatusCode.Forbidden;
        var failed = Assert.IsType<FileOpening.Failed>(await Blobs.OpenAsync(Some(10).Digest, 0, default));
        Assert.Equal(FetchErrorKind.Unreachable, failed.Error.Kind);
    }

    [Fact]
    public async Task Store_that_is_away_is_not_one_without_the_blob()
    {
        await _store.DisposeAsync();
        var failed = Assert.IsType<FileOpening.Failed>(await Blobs.OpenAsync(Some(10).Digest, 0, default));
        Assert.Equal(FetchErrorKind.Unreachable, failed.Error.Kind);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(PartBytes + 1000)]
    public async Task Body_that_changes_on_its_way_is_not_taken(int length)
    {
        await using var bucket = S3Stores.Connect(S3Stores.Of(_store) with { CreateHandler = static () => new DamagingHandler() });
        var (bytes, digest) = Some(length);
        var error = await Assert.ThrowsAnyAsync<IOException>(() => PublishAsync(S3Stores.Blobs(bucket), bytes, digest));
        Assert.Contains("BadDigest", error.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Objects);
    }
}
