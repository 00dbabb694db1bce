using Amazon.Runtime;
using Amazon.S3;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>Makes the library's client as Hashgate wants it.</summary>
internal static class S3Clients
{
    public static AmazonS3Client Create(S3Options options)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            // Names of buckets as paths: every compatible store knows them.
            ForcePathStyle = options.ServiceUrl is not null,
            Timeout = options.Timeout,
            MaxErrorRetry = 2,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            // What is read is proven by its own digest.
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = new DirectClients(options),
        };
        if (options.ServiceUrl is { } url) config.ServiceURL = url;
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        return options.AccessKey is { } key ? new AmazonS3Client(new BasicAWSCredentials(key, options.SecretKey), config) : new AmazonS3Client(config);
    }

    /// <summary>Connections that go straight to the store: what the environment says of proxies is for other programs.</summary>
    private sealed class DirectClients(S3Options options) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(options.CreateHandler()) { Timeout = options.Timeout };
    }
}
