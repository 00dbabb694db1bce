using System.Net;
using Amazon.S3.Model;
using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>Blobs in an S3-compatible bucket, named by their digest. Whether one is there is the bucket's word alone; its bytes are proven by whoever reads them.</summary>
public sealed class S3SharedBlobs(S3Bucket bucket, ILogger<S3SharedBlobs> logger) : ISharedBlobs
{
    public async Task<FileOpening> OpenAsync(Sha256Digest digest, long offset, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectRequest { BucketName = bucket.Options.Bucket, Key = bucket.KeyOf(digest) };
            if (offset > 0) request.ByteRange = new ByteRange($"bytes={offset}-");
            var response = await bucket.ReadAsync((client, token) => client.GetObjectAsync(request, token), cancellationToken);
            if (offset == 0) return new FileOpening.Opened(new S3Body(response, bucket.Options.ReadTimeout), response.ContentLength);
            if (ContentRangeHeader.TryReadTotal(response.ContentRange, offset) is { } total) return new FileOpening.Opened(new S3Body(response, bucket.Options.ReadTimeout), total);
            response.Dispose();
            return new FileOpening.Failed(new FetchError(FetchErrorKind.Malformed, "the object store answered with another range than was asked for"));
        }
        catch (S3Refusal refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            return new FileOpening.Failed(new FetchError(FetchErrorKind.Gone, "the object store has no such blob", 404));
        }
        catch (S3ClosedException closed)
        {
            return new FileOpening.Failed(new FetchError(FetchErrorKind.Unreachable, closed.Message));
        }
        catch (IOException error)
        {
            logger.NotRead(digest, error);
            return new FileOpening.Failed(new FetchError(FetchErrorKind.Unreachable, error.Message));
        }
    }

    public async Task<Uri?> FindUrlAsync(Sha256Digest digest, long size, CancellationToken cancellationToken)
    {
        var key = bucket.KeyOf(digest);
        try
        {
            var found = await bucket.ReadAsync((client, token) => client.GetObjectMetadataAsync(bucket.Options.Bucket, key, token), cancellationToken);
            return found.ContentLength == size ? await bucket.SignAsync(key, cancellationToken) : null;
        }
        catch (IOException answer) when (answer is S3Refusal { IsAnswer: true } or S3ClosedException)
        {
            return null;
        }
        catch (IOException error)
        {
            logger.NotRead(digest, error);
            return null;
        }
    }

    public ISharedUpload Send(Sha256Digest? promised, IBlobStaging staging) => new S3Upload(bucket, promised, staging, logger);

    public string? Trouble => bucket.Trouble;

    public async Task RemoveAsync(Sha256Digest digest, CancellationToken cancellationToken) => await bucket.WriteAsync(
        (client, token) => client.DeleteObjectAsync(bucket.Options.Bucket, bucket.KeyOf(digest), token), cancellationToken);
}
