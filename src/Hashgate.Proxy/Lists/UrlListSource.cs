using System.Net;
using System.Net.Http.Headers;
using Hashgate.Core.Policy.Lists;

namespace Hashgate.Proxy.Lists;

/// <summary>A list at a URL that the operator chose, asked for conditionally.</summary>
internal sealed class UrlListSource : IListSource, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;
    private readonly Uri _url;

    public UrlListSource(Uri url, TimeSpan pause, string userAgent)
    {
        (_url, Pause) = (url, pause);
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxAutomaticRedirections = 3, MaxResponseHeadersLength = 64 }) { Timeout = Patience, MaxResponseContentBufferSize = PolicyListReader.MaxBytes };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
    }

    public TimeSpan Pause { get; }

    public async Task<ListFetch> FetchAsync(string? etag, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _url);
            if (etag is not null && EntityTagHeaderValue.TryParse(etag, out var known)) request.Headers.IfNoneMatch.Add(known);
            using var response = await _client.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotModified) return new ListFetch(null, etag);
            return response.StatusCode == HttpStatusCode.OK
                ? new ListFetch(await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Headers.ETag?.ToString())
                : new ListFetch(null, Problem: $"it answers with status {(int)response.StatusCode}");
        }
        catch (HttpRequestException error)
        {
            return new ListFetch(null, Problem: "it gives no usable answer: " + error.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ListFetch(null, Problem: $"it gives no answer within {Patience}");
        }
    }

    public void Dispose() => _client.Dispose();
}
