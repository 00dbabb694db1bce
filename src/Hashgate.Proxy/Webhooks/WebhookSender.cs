using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Webhooks;

/// <summary>Posts deliveries to one receiver, signed, each attempt bounded in time and in what is read of the answer. Follows no redirect and asks no proxy.</summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>How much of an answer is read: enough to tell a person what is wrong.</summary>
    private const int MaxAnswer = 1024;

    private readonly WebhookSettings _settings;
    private readonly WebhookBodies _bodies;
    private readonly string _userAgent;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _invoker;

    public WebhookSender(WebhookSettings settings, string? publicUrl, string userAgent, TimeProvider time)
    {
        (_settings, _userAgent, _time) = (settings, userAgent, time);
        _bodies = new WebhookBodies(settings.Format, publicUrl);
        _invoker = new HttpMessageInvoker(UpstreamHandlers.Plain(settings.Timeout, maxConnections: 2, settings.CaFile));
    }

    /// <param name="readBody">Whether what the receiver wrote is wanted too; its status decides all the same.</param>
    public async Task<WebhookAnswer> SendAsync(Delivery delivery, bool readBody, CancellationToken cancellationToken)
    {
        using var whole = new CancellationTokenSource(_settings.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, whole.Token);
        try
        {
            using var request = RequestOf(delivery);
            using var response = await _invoker.SendAsync(request, either.Token);
            return AnswerOf(response, readBody ? await ReadAsync(response, either.Token) : "");
        }
        catch (OperationCanceledException) when (whole.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(null, string.Create(CultureInfo.InvariantCulture, $"No answer within {_settings.Timeout.TotalSeconds} s."));
        }
        catch (Exception problem) when (FetchErrors.IsExpected(problem, cancellationToken))
        {
            return new WebhookAnswer(null, FetchErrors.From(problem).Detail);
        }
    }

    public void Dispose() => _invoker.Dispose();

    private HttpRequestMessage RequestOf(Delivery delivery)
    {
        var body = _bodies.Of(delivery);
        var request = new HttpRequestMessage(HttpMethod.Post, _settings.Url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(_bodies.ContentType);
        request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        request.Headers.TryAddWithoutValidation("Hashgate-Delivery", delivery.Id);
        if (_settings.Authorization is { } authorization) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (_settings.Secret is { } secret) request.Headers.TryAddWithoutValidation("Hashgate-Signature", Sign(secret, _time.GetUtcNow(), body.Span));
        return request;
    }

    /// <summary>The time is signed too, so that a receiver can turn away what somebody recorded and sends again.</summary>
    internal static string Sign(string secret, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(seconds + "."));
        hmac.AppendData(body);
        return $"t={seconds},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }

    private WebhookAnswer AnswerOf(HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        var error = status switch
        {
            >= 200 and < 300 => null,
            >= 300 and < 400 => string.Create(CultureInfo.InvariantCulture, $"The receiver answered {status}: a redirect, and none is followed."),
            _ => string.Create(CultureInfo.InvariantCulture, $"The receiver answered {status}."),
        };
        return new WebhookAnswer(status, error, body, FetchErrors.RetryAfter(response, _time));
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = new byte[MaxAnswer];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(text, 0, length);
    }
}
