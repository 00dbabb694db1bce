using System.Net;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Advisories;

/// <summary>Asks the server of a feed, guarded as upstreams are: its own host only, no private address, bounded, no silence.</summary>
internal sealed class FeedClient : IDisposable
{
    private readonly Upstream _server;
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeProvider _time;

    public FeedClient(Uri source, UpstreamClientOptions options, TimeProvider time)
    {
        _time = time;
        _server = new Upstream { Name = "advisories", IndexUrl = source, MaxConcurrent = 8 };
        _invoker = UpstreamHandlers.Create(_server, new HopPolicy(_server), UserAgent.Of(options), Dns.GetHostAddressesAsync, time);
    }

    /// <summary>Asks for a document and copies it.</summary>
    /// <param name="etag">Of the document as it is known; null: it isn't.</param>
    /// <returns>The new ETag, if it has one; not copied where it is the known one, or isn't there (404, 410).</returns>
    /// <exception cref="FeedException">There is no usable answer.</exception>
    public async Task<FeedAnswer> GetAsync(Uri url, string? etag, long maxBytes, Stream target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        try
        {
            var response = await _invoker.SendAsync(request, cancellationToken);
            await using var body = new BodyStream(response, await response.Content.ReadAsStreamAsync(cancellationToken), _server.Timeout, _time);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    await CopyAsync(body, response.Content.Headers.ContentLength, maxBytes, target, cancellationToken);
                    return new FeedAnswer(FeedAnswerKind.Copied, response.Headers.ETag?.ToString());
                case HttpStatusCode.NotModified when etag is not null:
                    return new FeedAnswer(FeedAnswerKind.Unchanged, etag);
                case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                    return new FeedAnswer(FeedAnswerKind.Missing, null);
                default:
                    throw new FeedException(FetchErrors.FromStatus(response.StatusCode).Detail);
            }
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or TimeoutException or ForbiddenTargetException
            || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new FeedException(FetchErrors.From(problem).Detail, problem);
        }
    }

    public void Dispose() => _invoker.Dispose();

    private static async Task CopyAsync(BodyStream body, long? promised, long maxBytes, Stream target, CancellationToken cancellationToken)
    {
        if (promised > maxBytes) throw new FeedException($"The answer has more than {maxBytes} bytes.");
        var buffer = new byte[64 << 10];
        var copied = 0L;
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if ((copied += count) > maxBytes) throw new FeedException($"The answer has more than {maxBytes} bytes.");
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}

internal enum FeedAnswerKind
{
    Copied,
    Unchanged,
    Missing,
}

/// <summary>How a request ended.</summary>
internal sealed record FeedAnswer(FeedAnswerKind Kind, string? ETag);
