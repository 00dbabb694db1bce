using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Where exceptions and statuses become values. The sentences are ours: nothing that a server wrote is repeated but a URL, made plain.</summary>
internal static class FetchErrors
{
    private const int MaxLength = 300;

    /// <summary>Whether this is how a request ends that finds no answer, and not a bug, nor the word of a caller who wants none any more.</summary>
    public static bool IsExpected(Exception problem, CancellationToken cancellationToken) =>
        problem is HttpRequestException or IOException or TimeoutException or ForbiddenTargetException
        || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public static FetchError From(Exception problem)
    {
        if (Inner<ForbiddenTargetException>(problem) is { } forbidden) return Error(FetchErrorKind.Forbidden, forbidden.Message);
        if (problem is TimeoutException) return Error(FetchErrorKind.TimedOut, problem.Message);
        if (problem is OperationCanceledException) return Error(FetchErrorKind.TimedOut, "The connection could not be made in time.");
        if (Inner<StalledException>(problem) is { } stalled) return Error(FetchErrorKind.TimedOut, stalled.Message);
        return problem is HttpRequestException { HttpRequestError: var error } ? From(error, Inner<SocketException>(problem))
            : Error(FetchErrorKind.Unreachable, "The connection broke before the answer was complete.");
    }

    private static FetchError From(HttpRequestError error, SocketException? socket) => error switch
    {
        HttpRequestError.NameResolutionError => Error(FetchErrorKind.Unreachable, "The host name does not resolve."),
        HttpRequestError.SecureConnectionError => Error(FetchErrorKind.Unreachable, "The TLS handshake failed: the certificate is not trusted, or not this host's."),
        HttpRequestError.ConfigurationLimitExceeded => Error(FetchErrorKind.TooLarge, "The answer's headers are too large."),
        HttpRequestError.InvalidResponse => Error(FetchErrorKind.Malformed, "The answer is not HTTP."),
        HttpRequestError.ProxyTunnelError => Error(FetchErrorKind.Unreachable, "The proxy opened no tunnel."),
        HttpRequestError.ResponseEnded => Error(FetchErrorKind.Unreachable, "The connection broke before the answer was complete."),
        _ => Error(FetchErrorKind.Unreachable, socket is null ? "The request failed on its way." : $"No connection: {socket.SocketErrorCode}."),
    };

    public static FetchError FromStatus(HttpStatusCode status)
    {
        var code = (int)status;
        var kind = code switch
        {
            404 or 410 or 451 => FetchErrorKind.Gone,
            401 or 403 => FetchErrorKind.Denied,
            _ => FetchErrorKind.BadStatus,
        };
        var detail = code is >= 300 and < 400
            ? string.Create(CultureInfo.InvariantCulture, $"The answer is {code}: more than {GuardedHandler.MaxRedirects} redirects, or one that leads nowhere.")
            : string.Create(CultureInfo.InvariantCulture, $"The answer is {code}.");
        return new FetchError(kind, detail, code);
    }

    /// <summary>How long a server asks us to wait, 0 or more; null where it doesn't say.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? (after?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    public static FetchError From(PageError error) =>
        Error(error.Kind == PageErrorKind.TooLarge ? FetchErrorKind.TooLarge : FetchErrorKind.Malformed, error.Message);

    public static FetchError Malformed(string detail) => Error(FetchErrorKind.Malformed, detail);

    public static FetchError TooLarge(long limit) =>
        Error(FetchErrorKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The answer has more than {limit} bytes."));

    public static readonly FetchError CircuitOpen = new(FetchErrorKind.CircuitOpen, "Too many requests failed lately; the upstream is left alone for a while.");

    public static readonly FetchError Busy = new(FetchErrorKind.TimedOut, "As many requests as MaxConcurrent allows were under way all the time.");

    public static readonly FetchError Overdue = new(FetchErrorKind.TimedOut, "The whole answer took too long.");

    /// <summary>A URL for a sentence: no credentials, no query (it may hold a signature), ASCII, bounded.</summary>
    public static string Plain(Uri url) =>
        url.IsAbsoluteUri ? Plain(string.Create(CultureInfo.InvariantCulture, $"{url.Scheme}://{url.IdnHost}:{url.Port}{url.AbsolutePath}")) : "a relative URL";

    public static string Plain(string text)
    {
        var plain = string.Create(Math.Min(text.Length, 150), text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        });
        return plain.Length < text.Length ? plain + "..." : plain;
    }

    private static FetchError Error(FetchErrorKind kind, string detail) => new(kind, detail.Length <= MaxLength ? detail : detail[..MaxLength]);

    private static T? Inner<T>(Exception? problem) where T : Exception
    {
        for (; problem is not null; problem = problem.InnerException)
        {
            if (problem is T found) return found;
        }
        return null;
    }
}
