using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Hashgate.Proxy.PassThrough;

/// <summary>
/// Carries one JSON answer. Up goes nothing of the client's but what is listed here; down comes the body alone, whole and
/// bounded, for the caller to read and answer with: no header of the upstream's, no status, no reason phrase.
/// </summary>
internal sealed class JsonTransformer(Uri target, string accept, int limit, Upstream upstream, TimeProvider time) : HttpTransformer
{
    /// <summary>The answer; null until there is one.</summary>
    public byte[]? Body { get; private set; }

    /// <summary>The media type that the upstream names.</summary>
    public string? MediaType { get; private set; }

    /// <summary>Why there is no body.</summary>
    public FetchError? Error { get; private set; }

    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        // The base would copy the client's headers.
        proxyRequest.Method = HttpMethod.Get;
        proxyRequest.RequestUri = target;
        proxyRequest.Headers.TryAddWithoutValidation("Accept", accept);
        proxyRequest.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        Restore(httpContext);
        if (proxyResponse is not null)
        {
            try
            {
                await ReadAsync(proxyResponse, cancellationToken);
            }
            catch (IOException problem)
            {
                Error = FetchErrors.From(problem);
            }
        }
        return false;
    }

    /// <summary>Takes back what the forwarder told the client so far: the caller answers.</summary>
    public static void Restore(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
    }

    private async Task ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != System.Net.HttpStatusCode.OK)
        {
            Error = FetchErrors.FromStatus(response.StatusCode);
            return;
        }
        MediaType = response.Content.Headers.ContentType?.MediaType;
        var (length, coding) = (response.Content.Headers.ContentLength, string.Join(',', response.Content.Headers.ContentEncoding));
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var body = new BodyStream(response, stream, upstream.Timeout, time);
        var bytes = await PageBody.ReadArrayAsync(body, length, limit, cancellationToken);
        if (bytes is null) Error = FetchErrors.TooLarge(limit);
        else if (coding.Length == 0) Body = bytes;
        else if (coding != "gzip") Error = FetchErrors.Malformed("The answer's Content-Encoding was not asked for.");
        else if ((Error = PageBody.Unpack(bytes, limit, out bytes)) is null) Body = bytes;
    }
}
