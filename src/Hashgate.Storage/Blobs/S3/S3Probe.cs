using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>
/// Tries whether a bucket can be used, by an object of a few bytes that every replica writes alike: what the settings and the key allow is
/// tried with it.
/// </summary>
internal sealed class S3Probe(S3Bucket bucket)
{
    // Versions that run side by side write the same: who changes the bytes changes the name.
    private static readonly byte[] Bytes = "Hashgate tries by this object whether it can write here. It may be removed.\n"u8.ToArray();
    private static readonly string Checksum = Convert.ToBase64String(SHA256.HashData(Bytes));

    private S3Options Options => bucket.Options;

    private string Key => Options.Prefix + "hashgate-probe";

    /// <summary>Writes the object, and reads it back: a store that doesn't know bodies in chunks may keep their marks as if they were bytes.</summary>
    /// <exception cref="IOException">It can't be written or read; <see cref="S3AlteredException"/> where other bytes came back.</exception>
    public async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        await PutAsync(cancellationToken);
        var kept = await bucket.RunAsync(ReadBackAsync, Options.ReadTimeout, cancellationToken);
        return kept.AsSpan().SequenceEqual(Bytes) ? true : throw new S3AlteredException();
    }

    private async Task<byte[]> ReadBackAsync(AmazonS3Client client, CancellationToken cancellationToken)
    {
        using var answer = await client.GetObjectAsync(Options.Bucket, Key, cancellationToken);
        // One byte more than there may be tells a longer one.
        var kept = new byte[Bytes.Length + 1];
        return kept[..await answer.ResponseStream.ReadAtLeastAsync(kept, kept.Length, throwOnEndOfStream: false, cancellationToken)];
    }

    private Task<PutObjectResponse> PutAsync(CancellationToken cancellationToken) => bucket.RunAsync(
        async (client, token) =>
        {
            using var body = new MemoryStream(Bytes, writable: false);
            return await client.PutObjectAsync(
                new PutObjectRequest { BucketName = Options.Bucket, Key = Key, InputStream = body, ChecksumSHA256 = Checksum, UseChunkEncoding = Options.UseChunkEncoding }, token);
        },
        Options.ReadTimeout,
        cancellationToken);

    /// <summary>Asks for something that isn't there: that a store says so is what reading it takes.</summary>
    /// <exception cref="IOException">The store doesn't answer, or doesn't tell what isn't there.</exception>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await bucket.RunAsync((client, token) => client.GetObjectAsync(Options.Bucket, Key + "-none", token), Options.ReadTimeout, cancellationToken);
            return true;
        }
        catch (S3Refusal refusal) when (refusal is { Status: HttpStatusCode.NotFound, Code: not S3Refusal.NoSuchBucket })
        {
            return true;
        }
    }
}

/// <summary>The store gave back other bytes than it was given.</summary>
internal sealed class S3AlteredException() : IOException("The object store gives back other bytes than it was given.");
