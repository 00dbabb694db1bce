using System.Net;
using System.Security.Cryptography;
using Amazon.S3.Model;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>
/// Tries whether a bucket can be used, by an object of a few bytes that every replica writes alike: what the settings and the key allow is
/// tried with it.
/// </summary>
internal sealed class S3Probe(S3Bucket bucket)
{
    private static readonly byte[] Bytes = "Hashgate tries by this object whether it can write here. It may be removed.\n"u8.ToArray();
    private static readonly string Checksum = Convert.ToBase64String(SHA256.HashData(Bytes));

    private S3Options Options => bucket.Options;

    private string Key => Options.Prefix + "hashgate-probe";

    /// <exception cref="IOException">It can't be written.</exception>
    public Task<bool> WriteAsync(CancellationToken cancellationToken) => bucket.RunAsync(
        async (client, token) =>
        {
            using var body = new MemoryStream(Bytes, writable: false);
            await client.PutObjectAsync(
                new PutObjectRequest { BucketName = Options.Bucket, Key = Key, InputStream = body, ChecksumSHA256 = Checksum, UseChunkEncoding = Options.UseChunkEncoding }, token);
            return true;
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
