using Amazon.S3;
using Amazon.S3.Model;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>Signs addresses under which anybody may read one object for a few minutes.</summary>
internal sealed class S3Links(S3Options options, TimeProvider time) : IDisposable
{
    /// <summary>Long enough for the client that was sent there to ask; a download that has begun goes on.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Lazy<AmazonS3Client> _client = new(() => S3Clients.Create(options with { ServiceUrl = options.PublicUrl ?? options.ServiceUrl }));

    /// <exception cref="Amazon.Runtime.AmazonClientException">There is no key to sign with.</exception>
    public async Task<Uri> SignAsync(string key)
    {
        var client = _client.Value;
        var request = new GetPreSignedUrlRequest { BucketName = options.Bucket, Key = key, Verb = HttpVerb.GET, Expires = (time.GetUtcNow() + Lifetime).UtcDateTime };
        // The library takes https unless it is told otherwise.
        if (client.Config.ServiceURL?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true) request.Protocol = Protocol.HTTP;
        return new Uri(await client.GetPreSignedURLAsync(request));
    }

    public void Dispose()
    {
        if (_client.IsValueCreated) _client.Value.Dispose();
    }
}
