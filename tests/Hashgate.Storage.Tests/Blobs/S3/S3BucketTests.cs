using System.Net;
using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;
using Hashgate.Storage.Blobs.S3;
using Hashgate.Testing;
using Hashgate.Testing.S3;

namespace Hashgate.Storage.Tests.Blobs.S3;

/// <summary>What a store that fails costs, and how it is found back.</summary>
public sealed class S3BucketTests : IAsyncTest
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly ManualTimeProvider _time = new();
    private FakeS3 _store = null!;
    private S3Bucket _bucket = null!;

    public async Task InitializeAsync()
    {
        _store = await FakeS3.StartAsync();
        _bucket = S3Stores.Connect(S3Stores.Of(_store), _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _bucket.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Store_that_failed_is_left_alone_until_it_answers_again()
    {
        _store.Fault = _ => HttpStatusCode.ServiceUnavailable;
        Assert.Equal(FetchErrorKind.Unreachable, await OpenAsync());
        Assert.Equal("The object store answered 503 Fault.", _bucket.Trouble);
        var asked = _store.Requests.Count;
        Assert.Equal(FetchErrorKind.Unreachable, await OpenAsync());
        Assert.Equal(asked, _store.Requests.Count);

        _store.Fault = _ => null;
        await AwaitRecoveryAsync();
        Assert.Equal(FetchErrorKind.Gone, await OpenAsync());
    }

    [Fact]
    public async Task Store_that_can_not_be_written_to_is_still_read_from()
    {
        _store.Fault = request => request.Method == "PUT" ? HttpStatusCode.InsufficientStorage : null;
        await Assert.ThrowsAnyAsync<IOException>(() => _bucket.WriteAsync((client, token) => client.PutObjectAsync(new() { BucketName = "blobs", Key = "some", ContentBody = "text" }, token), default));
        Assert.Equal("The object store answered 507 Fault.", _bucket.Trouble);
        Assert.Equal(FetchErrorKind.Gone, await OpenAsync());

        _store.Fault = _ => null;
        await AwaitRecoveryAsync();
        Assert.Contains("some/hashgate-probe", _store.Objects.Keys);
    }

    [Fact]
    public async Task Store_that_hangs_is_waited_for_once()
    {
        await using var hasty = S3Stores.Connect(S3Stores.Of(_store) with { ReadTimeout = TimeSpan.FromMilliseconds(200) }, _time);
        var answer = new TaskCompletionSource();
        _store.Held = answer.Task;
        var blobs = S3Stores.Blobs(hasty);
        Assert.IsType<FileOpening.Failed>(await blobs.OpenAsync(Sha256Digest.Of("a"u8), 0, default));
        Assert.Equal("The object store gives no answer within 00:00:00.2000000.", hasty.Trouble);
        answer.SetResult();
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "Hashgate:S3:AccessKey may not use the bucket 'blobs' (Fault): it needs s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucket. Without the last a store answers 403 for what isn't there.")]
    [InlineData(HttpStatusCode.MovedPermanently, "Hashgate:S3:Region is 'us-east-1', which isn't where the bucket 'blobs' is (Fault): name the bucket's region.")]
    public async Task Start_names_the_setting_that_is_wrong(HttpStatusCode status, string problem)
    {
        _store.Fault = _ => status;
        Assert.Equal([problem], await _bucket.CheckAsync(default));
    }

    [Fact]
    public async Task Start_without_the_store_finds_no_setting_wrong_and_looks_after_it()
    {
        _store.Fault = _ => HttpStatusCode.BadGateway;
        Assert.Empty(await _bucket.CheckAsync(default));
        Assert.Equal("The object store answered 502 Fault.", _bucket.Trouble);
        _store.Fault = _ => null;
        await AwaitRecoveryAsync();
    }

    [Fact]
    public async Task Start_writes_to_the_bucket()
    {
        Assert.Empty(await _bucket.CheckAsync(default));
        Assert.Equal(["some/hashgate-probe"], _store.Objects.Keys);
    }

    [Fact]
    public async Task Requests_are_timed()
    {
        await OpenAsync();
        await S3Stores.Blobs(_bucket).RemoveAsync(Sha256Digest.Of("nothing"u8), default);
        Assert.Equal((1, 1), (Count("read"), Count("write")));
    }

    private long Count(string operation) => _bucket.Times.ByOperation[operation].Read().Count;

    private async Task<FetchErrorKind> OpenAsync() =>
        Assert.IsType<FileOpening.Failed>(await S3Stores.Blobs(_bucket).OpenAsync(Sha256Digest.Of("nothing"u8), 0, default)).Error.Kind;

    private async Task AwaitRecoveryAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_bucket.Trouble is not null)
        {
            _time.Advance(LookEvery);
            await Task.Delay(20, deadline.Token);
        }
    }
}
