using System.Net;
using Hashgate.Core.Provenance;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Asks an index for the provenance of a file (PEP 740).</summary>
internal static class ProvenanceRequests
{
    private const string Accept = "application/vnd.pypi.integrity.v1+json, application/json;q=0.5";
    private const int Attempts = 2;

    /// <summary>All attempts together: an installer gives up after 15 s of silence.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(9);

    public static async Task<ProvenanceFetch> GetAsync(UpstreamConnection connection, Uri url, TimeProvider time, CancellationToken cancellationToken)
    {
        if (connection.Health.CircuitOpen) return new ProvenanceFetch.Failed(FetchErrors.CircuitOpen);
        using var whole = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, whole.Token);
        try
        {
            if (!await connection.EnterAsync(either.Token)) return new ProvenanceFetch.Failed(FetchErrors.Busy);
            try
            {
                return await AskAsync(connection, url, time, either.Token);
            }
            finally
            {
                connection.Leave();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProvenanceFetch.Failed(FetchErrors.Overdue);
        }
    }

    private static async Task<ProvenanceFetch> AskAsync(UpstreamConnection connection, Uri url, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (bytes, error) = await AttemptAsync(connection, url, time, cancellationToken);
            if (bytes is not null)
            {
                return ProvenanceReader.TryRead(bytes, out var document, out var problem)
                    ? new ProvenanceFetch.Fetched(document)
                    : new ProvenanceFetch.Failed(FetchErrors.Malformed(problem));
            }
            if (error!.Kind == FetchErrorKind.Gone) return new ProvenanceFetch.Gone();
            // An attempt more where the first met a connection that broke or an error of the upstream's own.
            if (attempt == Attempts || !Answer.Without(error).IsTransient) return new ProvenanceFetch.Failed(error);
        }
    }

    private static async Task<(byte[]? Bytes, FetchError? Error)> AttemptAsync(UpstreamConnection connection, Uri url, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.TryAddWithoutValidation("Accept", Accept);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
            // Past the circuit: this route's failures must not take pages and files with it.
            using var response = await connection.Invoker.SendAsync(request, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? await ReadAsync(response, connection, time, cancellationToken)
                : (null, FetchErrors.FromStatus(response.StatusCode));
        }
        catch (Exception problem) when (FetchErrors.IsExpected(problem, cancellationToken))
        {
            return (null, FetchErrors.From(problem));
        }
    }

    private static async Task<(byte[]? Bytes, FetchError? Error)> ReadAsync(HttpResponseMessage response, UpstreamConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        var (length, coding) = (response.Content.Headers.ContentLength, string.Join(',', response.Content.Headers.ContentEncoding));
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var body = new BodyStream(response, stream, connection.Upstream.Timeout, time);
        var bytes = await PageBody.ReadArrayAsync(body, length, ProvenanceReader.MaxBytes, cancellationToken);
        if (bytes is null) return (null, FetchErrors.TooLarge(ProvenanceReader.MaxBytes));
        if (coding.Length == 0) return (bytes, null);
        if (coding != "gzip") return (null, FetchErrors.Malformed("The answer's Content-Encoding was not asked for."));
        return PageBody.Unpack(bytes, ProvenanceReader.MaxBytes, out bytes) is { } error ? (null, error) : (bytes, null);
    }
}
