using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>
/// One file on its way to a bucket. A large one goes out in parts while it is fetched, which nobody sees before they are put together under
/// the proven digest; a small one is written at once in the end. The store is told the sha256 of all it is sent, and refuses anything else.
/// </summary>
internal sealed class S3Upload(S3Bucket bucket, Sha256Digest? promised, IBlobStaging staging, ILogger logger) : ISharedUpload
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly List<PartETag> _parts = [];
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _staged;
    private bool _isWhole;
    private Task? _sending;
    private string? _key;
    private string? _uploadId;

    private long PartBytes => bucket.Options.PartBytes;

    private long Sent => _parts.Count * PartBytes;

    public void Advance(long length)
    {
        lock (_lock)
        {
            _staged = length;
            // The last part is sent at the end, so that there is one; before that nothing is said of a file that may be small.
            if (promised is not { } digest || length <= Sent + PartBytes) return;
            _progress.TrySetResult();
            _sending ??= Task.Run(() => SendWholePartsAsync(digest));
        }
    }

    public async Task PublishAsync(Sha256Digest digest, long length, CancellationToken cancellationToken)
    {
        Task? sending;
        lock (_lock)
        {
            (_staged, _isWhole, sending) = (length, true, _sending);
            _progress.TrySetResult();
        }
        if (sending is not null) await sending;
        else if (length <= PartBytes)
        {
            await PutAsync(digest, length, cancellationToken);
            return;
        }
        await BeginAsync(digest, cancellationToken);
        while (Sent < length) await SendPartAsync(Math.Min(PartBytes, length - Sent), cancellationToken);
        if (await bucket.CreateAsync(condition => CompleteAsync(condition, cancellationToken))) _uploadId = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _givenUp.CancelAsync();
        if (_sending is { } sending) await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_uploadId is { } unfinished)
        {
            try
            {
                // Not every store can: that one can't is no sign that it fails.
                await bucket.RunAsync((client, token) => client.AbortMultipartUploadAsync(bucket.Options.Bucket, _key, unfinished, token), bucket.Options.ReadTimeout, CancellationToken.None);
            }
            catch (IOException error)
            {
                logger.PartsLeft(error);
            }
        }
        _givenUp.Dispose();
    }

    /// <summary>Sends each part once it is staged with more behind it, until the file is whole or given up. Its failure is the publishing's.</summary>
    private async Task SendWholePartsAsync(Sha256Digest digest)
    {
        await BeginAsync(digest, _givenUp.Token);
        while (true)
        {
            Task progress;
            lock (_lock)
            {
                if (_isWhole) return;
                if (_progress.Task.IsCompleted) _progress = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                progress = _staged > Sent + PartBytes ? Task.CompletedTask : _progress.Task;
            }
            await progress.WaitAsync(_givenUp.Token);
            if (HasPart()) await SendPartAsync(PartBytes, _givenUp.Token);
        }
    }

    private bool HasPart()
    {
        lock (_lock) return !_isWhole && _staged > Sent + PartBytes;
    }

    private async Task BeginAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (_uploadId is not null) return;
        _key = bucket.KeyOf(digest);
        var request = new InitiateMultipartUploadRequest { BucketName = bucket.Options.Bucket, Key = _key, ContentType = "application/octet-stream", ChecksumAlgorithm = ChecksumAlgorithm.SHA256 };
        _uploadId = (await bucket.WriteAsync((client, token) => client.InitiateMultipartUploadAsync(request, token), cancellationToken)).UploadId;
    }

    private async Task SendPartAsync(long length, CancellationToken cancellationToken)
    {
        await using var region = new StagedRegion(staging, Sent, length);
        var checksum = Convert.ToBase64String(await SHA256.HashDataAsync(region, cancellationToken));
        region.Position = 0;
        var number = _parts.Count + 1;
        var request = new UploadPartRequest
        {
            BucketName = bucket.Options.Bucket,
            Key = _key,
            UploadId = _uploadId,
            PartNumber = number,
            PartSize = length,
            InputStream = region,
            ChecksumSHA256 = checksum,
            UseChunkEncoding = bucket.Options.UseChunkEncoding,
        };
        var answer = await bucket.WriteAsync((client, token) => client.UploadPartAsync(request, token), cancellationToken);
        lock (_lock) _parts.Add(new PartETag(number, answer.ETag) { ChecksumSHA256 = checksum });
    }

    private async Task CompleteAsync(string? condition, CancellationToken cancellationToken)
    {
        var listsChecksums = bucket.ListsChecksums;
        try
        {
            await CompleteAsync(condition, listsChecksums, cancellationToken);
        }
        catch (S3Refusal refusal) when (listsChecksums && refusal.Code == S3Refusal.MalformedXml)
        {
            // To Swift they are strange here. Each part was sent with its own.
            bucket.ListsChecksums = false;
            await CompleteAsync(condition, listsChecksums: false, cancellationToken);
        }
    }

    private Task<CompleteMultipartUploadResponse> CompleteAsync(string? condition, bool listsChecksums, CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest { BucketName = bucket.Options.Bucket, Key = _key, UploadId = _uploadId, IfNoneMatch = condition };
        if (listsChecksums) (request.PartETags, request.ChecksumType) = (_parts, ChecksumType.COMPOSITE);
        else request.PartETags = [.. _parts.Select(p => new PartETag { PartNumber = p.PartNumber, ETag = p.ETag })];
        return bucket.WriteAsync((client, token) => client.CompleteMultipartUploadAsync(request, token), cancellationToken);
    }

    private async Task PutAsync(Sha256Digest digest, long length, CancellationToken cancellationToken) => await bucket.CreateAsync(condition => bucket.WriteAsync(
        async (client, token) =>
        {
            await using var region = new StagedRegion(staging, 0, length);
            return await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = bucket.Options.Bucket,
                    Key = bucket.KeyOf(digest),
                    InputStream = region,
                    ContentType = "application/octet-stream",
                    ChecksumSHA256 = Convert.ToBase64String(digest.ToArray()),
                    IfNoneMatch = condition,
                    UseChunkEncoding = bucket.Options.UseChunkEncoding,
                },
                token);
        },
        cancellationToken));
}
