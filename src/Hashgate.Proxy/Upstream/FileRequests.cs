using System.Globalization;
using System.Net;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Opens files, at the start or where an earlier body broke off.</summary>
internal sealed class FileRequests(TimeProvider time)
{
    private readonly ResumeValidators _validators = new();

    public async Task<FileOpening> OpenAsync(UpstreamConnection connection, Uri url, long offset, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (!await connection.EnterAsync(cancellationToken)) return new FileOpening.Failed(FetchErrors.Busy);
        var opened = false;
        try
        {
            var answer = await connection.AskAsync(() => Request(url, offset), static (response, _) => Task.FromResult(Answer.With(response, null)), cancellationToken);
            if (!answer.Has(out var response, out var error)) return new FileOpening.Failed(error);
            var opening = await OpenAsync(connection, url, response, offset, cancellationToken);
            opened = opening is FileOpening.Opened;
            return opening;
        }
        finally
        {
            // A body that is open keeps its place until it is disposed of.
            if (!opened) connection.Leave();
        }
    }

    private HttpRequestMessage Request(Uri url, long offset)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (offset > 0)
        {
            request.Headers.TryAddWithoutValidation("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={offset}-"));
            if (_validators.Find(url) is { } validator) request.Headers.TryAddWithoutValidation("If-Range", validator);
        }
        return request;
    }

    private async Task<FileOpening> OpenAsync(UpstreamConnection connection, Uri url, HttpResponseMessage response, long offset, CancellationToken cancellationToken)
    {
        if (Examine(response, offset, out var total) is { } error)
        {
            response.Dispose();
            return new FileOpening.Failed(error);
        }
        _validators.Keep(url, response);
        BodyStream? body = null;
        // Given back by this method's caller as long as it fails, by the body after that.
        var handedOver = false;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            body = new BodyStream(response, stream, connection.Upstream.Timeout, time, () =>
            {
                if (body!.ReachedEnd) _validators.Forget(url);
                if (handedOver) connection.Leave();
            });
            if (response.StatusCode == HttpStatusCode.OK && !await SkipAsync(body, offset, cancellationToken))
                return new FileOpening.Failed(FetchErrors.Malformed("The file is shorter than what was already had of it."));
            handedOver = true;
            return new FileOpening.Opened(body, total);
        }
        catch (IOException problem)
        {
            return new FileOpening.Failed(FetchErrors.From(problem));
        }
        finally
        {
            if (!handedOver)
            {
                if (body is not null) await body.DisposeAsync();
                response.Dispose();
            }
        }
    }

    /// <summary>What is wrong with the head of an answer; null where the body can be used.</summary>
    private static FetchError? Examine(HttpResponseMessage response, long offset, out long? total)
    {
        var headers = response.Content.Headers;
        total = headers.ContentLength;
        if (headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            return FetchErrors.Malformed("The file comes with a Content-Encoding, so that its bytes are not those that were hashed.");
        if (response.StatusCode == HttpStatusCode.OK)
            return total < offset ? FetchErrors.Malformed("The file is shorter than what was already had of it.") : null;
        if (response.StatusCode != HttpStatusCode.PartialContent || offset == 0)
            return FetchErrors.Malformed("The file was asked for whole, and the answer is something else.");

        var range = headers.ContentRange;
        total = range?.Length;
        var fits = range is { Unit: "bytes", From: { } from, To: { } to } && from == offset
            && (range.Length is not { } length || to == length - 1)
            && (headers.ContentLength is not { } size || size == to - from + 1);
        return fits ? null : FetchErrors.Malformed("The answer is another range than the one asked for.");
    }

    private static async Task<bool> SkipAsync(BodyStream body, long count, CancellationToken cancellationToken)
    {
        if (count == 0) return true;
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken);
            if (read == 0) return false;
            count -= read;
        }
        return true;
    }
}
