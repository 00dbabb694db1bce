using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>
/// What every request to an upstream goes through: each hop is checked before it is asked, the index's credentials go to the
/// index alone, our name is told, a silent server is given up, and redirects are followed here because each of them is a hop.
/// The answer's RequestMessage holds the final URL.
/// </summary>
/// <remarks>Throws <see cref="ForbiddenTargetException"/> and <see cref="TimeoutException"/> beside what the inner handler throws.</remarks>
internal sealed class GuardedHandler(Upstream upstream, HopPolicy policy, string userAgent, TimeProvider time) : DelegatingHandler
{
    public const int MaxRedirects = 5;

    private readonly AuthenticationHeaderValue? _credentials = upstream.Username is null && upstream.Password is null
        ? null
        : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{upstream.Username}:{upstream.Password}")));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri ?? throw new ArgumentException("The request has no URL.", nameof(request));
        Uri? from = null;
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.Remove("User-Agent");
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        for (var redirects = 0; ; redirects++)
        {
            if (policy.Refuse(url, from) is { } reason) throw new ForbiddenTargetException($"{FetchErrors.Plain(url)} may not be asked: {reason}");
            request.RequestUri = url;
            request.Headers.Authorization = policy.IsIndex(url) ? _credentials : null;
            var response = await SendHopAsync(request, cancellationToken);
            if (!IsRedirect(response.StatusCode) || redirects == MaxRedirects || Target(url, response) is not { } target) return response;
            response.Dispose();
            (from, url) = (url, target);
        }
    }

    private async Task<HttpResponseMessage> SendHopAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(upstream.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"No answer within {upstream.Timeout.TotalSeconds} s."), problem);
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static Uri? Target(Uri url, HttpResponseMessage response)
    {
        // The text itself: as a Uri of its own, "/path" would be taken for a file's on Unix.
        if (!response.Headers.NonValidated.TryGetValues("Location", out var values) || values.Count != 1) return null;
        var location = values.ToString();
        var fragment = location.IndexOf('#');
        return Uri.TryCreate(url, fragment < 0 ? location : location[..fragment], out var target) ? target : null;
    }
}
