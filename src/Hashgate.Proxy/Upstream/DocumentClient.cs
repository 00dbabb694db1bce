using System.Net;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>
/// Asks the server of a document that an operator named, a list or a feed, guarded as upstreams are: redirects within its own scheme, host
/// and port only, no private address but by leave, no proxy, no silence. Conditional and bounded, in bytes and in time.
/// </summary>
internal sealed class DocumentClient : IDisposable
{
    private readonly Upstream _server;
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeSpan _longest;
    private readonly TimeProvider _time;

    /// <param name="resolve">Looks a host's addresses up; null: as the system does.</param>
    public DocumentClient(DocumentServer server, string userAgent, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        (_longest, _time) = (server.Longest, time);
        _server = new Upstream { Name = server.Name, IndexUrl = server.Url, AllowPrivateNetwork = server.AllowPrivateNetwork, Timeout = server.Silence, MaxConcurrent = 8 };
        _invoker = UpstreamHandlers.Create(_server, new HopPolicy(_server), userAgent, resolve ?? Dns.GetHostAddressesAsync, time);
    }

    /// <summary>Asks for a document and copies it.</summary>
    /// <param name="etag">Of the document as it is known; null: it isn't.</param>
    /// <param name="maxBytes">A longer answer is none.</param>
    public async Task<DocumentAnswer> GetAsync(Uri url, string? etag, long maxBytes, Stream target, CancellationToken cancellationToken)
    {
        using var whole = new CancellationTokenSource(_longest, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, whole.Token);
        try
        {
            return await AskAsync(url, etag, maxBytes, target, either.Token);
        }
        catch (OperationCanceledException) when (whole.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return DocumentAnswer.Failed(FetchErrors.Overdue);
        }
        catch (Exception problem) when (FetchErrors.IsExpected(problem, cancellationToken))
        {
            return DocumentAnswer.Failed(FetchErrors.From(problem));
        }
    }

    public void Dispose() => _invoker.Dispose();

    private async Task<DocumentAnswer> AskAsync(Uri url, string? etag, long maxBytes, Stream target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        var response = await _invoker.SendAsync(request, cancellationToken);
        await using var body = new BodyStream(response, await response.Content.ReadAsStreamAsync(cancellationToken), _server.Timeout, _time);
        return response.StatusCode switch
        {
            HttpStatusCode.OK when await TryCopyAsync(body, response.Content.Headers.ContentLength, maxBytes, target, cancellationToken) =>
                new DocumentAnswer(DocumentAnswerKind.Copied, response.Headers.ETag?.ToString()),
            HttpStatusCode.OK => DocumentAnswer.Failed(FetchErrors.TooLarge(maxBytes)),
            HttpStatusCode.NotModified when etag is not null => new DocumentAnswer(DocumentAnswerKind.Unchanged, etag),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new DocumentAnswer(DocumentAnswerKind.Missing, null, FetchErrors.FromStatus(response.StatusCode)),
            var status => DocumentAnswer.Failed(FetchErrors.FromStatus(status)),
        };
    }

    /// <summary>False where there is more than that.</summary>
    private static async Task<bool> TryCopyAsync(BodyStream body, long? promised, long maxBytes, Stream target, CancellationToken cancellationToken)
    {
        if (promised > maxBytes) return false;
        var buffer = new byte[64 << 10];
        var copied = 0L;
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if ((copied += count) > maxBytes) return false;
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        return true;
    }
}

/// <summary>Whose documents are asked for, and how patiently.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Url">Its scheme, host and port are the only ones that are asked.</param>
/// <param name="AllowPrivateNetwork">Whether private addresses may be connected to; null: where the URL's host is written as one.</param>
/// <param name="Silence">The longest silence that is borne.</param>
/// <param name="Longest">The longest that one document may take.</param>
internal sealed record DocumentServer(string Name, Uri Url, bool? AllowPrivateNetwork, TimeSpan Silence, TimeSpan Longest);

internal enum DocumentAnswerKind
{
    Copied,

    /// <summary>It is the known one; nothing was copied.</summary>
    Unchanged,

    /// <summary>It isn't there (404, 410).</summary>
    Missing,

    /// <summary>There is no usable answer; some of one may have been copied.</summary>
    Failed,
}

/// <summary>How a request ended.</summary>
/// <param name="ETag">Of the document, where it has one.</param>
/// <param name="Error">Why nothing came: for <see cref="DocumentAnswerKind.Missing"/> and <see cref="DocumentAnswerKind.Failed"/>.</param>
internal sealed record DocumentAnswer(DocumentAnswerKind Kind, string? ETag, FetchError? Error = null)
{
    public static DocumentAnswer Failed(FetchError error) => new(DocumentAnswerKind.Failed, null, error);
}
