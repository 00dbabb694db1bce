using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Blobs.S3;

/// <summary>The client of one bucket: made when it is first needed, its failures told as <see cref="IOException"/>.</summary>
internal sealed class S3Bucket(S3Options options) : IDisposable
{
    private readonly Lazy<AmazonS3Client> _client = new(() => Create(options));
    private readonly SemaphoreSlim _uploads = new(options.MaxUploads);
    private volatile bool _takesConditions = true;
    private volatile string? _trouble;

    public S3Options Options => options;

    /// <summary>What the last request met, where it failed.</summary>
    public string? Trouble => _trouble;

    /// <summary>Objects are named by their digest, spread over 256 prefixes.</summary>
    public string KeyOf(Sha256Digest digest)
    {
        var name = digest.ToString();
        return $"{options.Prefix}sha256/{name[..2]}/{name}";
    }

    /// <summary>Runs one request.</summary>
    /// <exception cref="IOException">The store can't be reached, or refuses; <see cref="S3Refusal"/> where it gave a status.</exception>
    public async Task<T> RunAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await request(_client.Value, cancellationToken);
            _trouble = null;
            return answer;
        }
        catch (AmazonServiceException e) when (e.StatusCode != 0)
        {
            var message = $"The object store answered {(int)e.StatusCode} {e.ErrorCode}.";
            // What isn't there, is there already, or isn't known to the store are answers.
            _trouble = e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict or HttpStatusCode.NotImplemented && e.ErrorCode != "NoSuchBucket" ? null : message;
            throw new S3Refusal(e.StatusCode, message, e);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or HttpRequestException or TimeoutException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _trouble = $"The object store can't be reached: {e.Message}";
            throw new IOException(_trouble, e);
        }
    }

    /// <summary>The same for what sends a body; few at a time.</summary>
    public async Task<T> SendAsync<T>(Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        await _uploads.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(request, cancellationToken);
        }
        finally
        {
            _uploads.Release();
        }
    }

    /// <summary>
    /// Writes an object that must not be there yet. One that is there is as good: its name is its digest. Stores that don't know the
    /// condition are written to without it.
    /// </summary>
    /// <param name="write">Sends the request, with this value for <c>If-None-Match</c>.</param>
    /// <returns>False where somebody else had written it.</returns>
    public async Task<bool> CreateAsync(Func<string?, Task> write)
    {
        try
        {
            await write(_takesConditions ? "*" : null);
            return true;
        }
        catch (S3Refusal refusal) when (refusal.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
        catch (S3Refusal refusal) when (refusal.Status is HttpStatusCode.NotImplemented && _takesConditions)
        {
            _takesConditions = false;
            await write(null);
            return true;
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated) _client.Value.Dispose();
        _uploads.Dispose();
    }

    private static AmazonS3Client Create(S3Options options)
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
            HttpClientFactory = new DirectClients(options.Timeout),
        };
        if (options.ServiceUrl is { } url) config.ServiceURL = url;
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        return options.AccessKey is { } key ? new AmazonS3Client(new BasicAWSCredentials(key, options.SecretKey), config) : new AmazonS3Client(config);
    }

    /// <summary>Connections that go straight to the store: what the environment says of proxies is for other programs.</summary>
    private sealed class DirectClients(TimeSpan timeout) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = timeout };
    }
}

/// <summary>The object store answered with an error status.</summary>
internal sealed class S3Refusal(HttpStatusCode status, string message, Exception cause) : IOException(message, cause)
{
    public HttpStatusCode Status => status;
}
