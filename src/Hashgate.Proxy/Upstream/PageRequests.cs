using System.Text;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Upstreams;
using Microsoft.IO;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Asks an index for a page of the simple API and reads the answer as far as both kinds of page have it in common.</summary>
internal static class PageRequests
{
    /// <summary>JSON first: HTML has no upload times, and no sizes.</summary>
    private const string Accept = $"{Representations.JsonType}, {Representations.HtmlType};q=0.2, {Representations.LegacyHtmlType};q=0.1";

    /// <summary>A page of the simple API, unpacked.</summary>
    /// <param name="Bytes">Lent: whoever takes the page disposes of them. Null for a 304.</param>
    /// <param name="Url">Where it came from in the end.</param>
    internal sealed record Page(RecyclableMemoryStream? Bytes, bool IsJson, Uri Url, string? ETag, string? LastModified, long? Serial);

    public static async Task<(Page? Page, FetchError? Error)> GetAsync(
        UpstreamConnection connection, Uri url, string? etag, string? lastModified, PageLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!await connection.EnterAsync(cancellationToken)) return (null, FetchErrors.Busy);
        using var whole = new CancellationTokenSource(connection.Options.PageTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, whole.Token);
        try
        {
            var answer = await connection.AskAsync(() => Request(url, etag, lastModified), (response, token) => ReadAsync(response, connection, limits, time, token), either.Token);
            if (!answer.Has(out var response, out var error)) return (null, error);
            using (response)
            {
                var body = answer.Body!;
                var opened = Open(response, body, limits, conditional: etag is not null || lastModified is not null);
                if (opened.Page?.Bytes != body) await body.DisposeAsync();
                return opened;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, FetchErrors.Overdue);
        }
        finally
        {
            connection.Leave();
        }
    }

    private static HttpRequestMessage Request(Uri url, string? etag, string? lastModified)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        else if (lastModified is not null) request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
        return request;
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response, UpstreamConnection connection, PageLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var packed = response.Content.Headers.ContentEncoding.Count > 0;
        var limit = packed ? Math.Min(connection.Options.MaxCompressedBytes, limits.MaxBytes) : limits.MaxBytes;
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var body = new BodyStream(response, stream, connection.Upstream.Timeout, time);
        var bytes = await PageBody.ReadAsync(body, response.Content.Headers.ContentLength, limit, cancellationToken);
        return bytes is null ? Answer.Without(FetchErrors.TooLarge(limit)) : Answer.With(response, bytes);
    }

    private static (Page? Page, FetchError? Error) Open(HttpResponseMessage response, RecyclableMemoryStream bytes, PageLimits limits, bool conditional)
    {
        var headers = response.Content.Headers;
        var validators = new Page(null, false, response.RequestMessage!.RequestUri!, Header(response, "ETag"), Header(response, "Last-Modified"), Serial(response));
        var status = (int)response.StatusCode;
        if (status == 304) return conditional ? (validators, null) : (null, FetchErrors.Malformed("The answer is 304 to a request without condition."));
        if (status != 200) return (null, FetchErrors.Malformed("The answer is a part of a page that was asked for whole."));

        bool isJson;
        switch (headers.ContentType?.MediaType?.ToLowerInvariant())
        {
            case Representations.JsonType or "application/vnd.pypi.simple.latest+json" or "application/json":
                isJson = true;
                break;
            case Representations.HtmlType or "application/vnd.pypi.simple.latest+html" or Representations.LegacyHtmlType:
                isJson = false;
                break;
            default:
                return (null, FetchErrors.Malformed("The answer's Content-Type is none of the simple API's."));
        }

        switch (string.Join(',', headers.ContentEncoding).ToLowerInvariant())
        {
            case "" or "identity":
                // Only the end of the connection ended this body: was that its own end?
                var framed = headers.NonValidated.Contains("Content-Length") || response.Headers.TransferEncodingChunked == true;
                if (!framed && !isJson && !EndsAsHtml(bytes)) return (null, FetchErrors.Malformed("The page breaks off."));
                break;
            case "gzip" or "x-gzip":
                if (PageBody.Unpack(bytes, limits.MaxBytes, out bytes) is { } error)
                {
                    bytes.Dispose();
                    return (null, error);
                }
                break;
            default:
                return (null, FetchErrors.Malformed("The answer's Content-Encoding was not asked for."));
        }
        return (validators with { Bytes = bytes, IsJson = isJson }, null);
    }

    private static bool EndsAsHtml(RecyclableMemoryStream bytes)
    {
        var tail = Encoding.Latin1.GetString(bytes.GetReadOnlySequence().Slice(Math.Max(0, bytes.Length - 1024)));
        return tail.Contains("</body", StringComparison.OrdinalIgnoreCase) || tail.Contains("</html", StringComparison.OrdinalIgnoreCase);
    }

    private static long? Serial(HttpResponseMessage response) =>
        long.TryParse(Header(response, "X-PyPI-Last-Serial"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var serial) ? serial : null;

    /// <summary>A header's text where it can be kept and sent back: once there, printable ASCII, no longer than a validator needs.</summary>
    private static string? Header(HttpResponseMessage response, string name)
    {
        var found = response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values);
        if (!found || values.Count != 1) return null;
        var text = values.ToString();
        return text.Length is > 0 and <= 256 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : null;
    }
}
