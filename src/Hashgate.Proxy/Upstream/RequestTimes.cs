using System.Net;
using Hashgate.Core.Telemetry;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>How long an upstream takes for the head of an answer, its redirects included, by what came of it.</summary>
/// <param name="upstream">Its name.</param>
public sealed class RequestTimes(string upstream)
{
    /// <summary>An answer of use, a 304 among them.</summary>
    public const string Ok = "ok";

    /// <summary>Whoever wanted it left first; says nothing of the upstream.</summary>
    public const string Cancelled = "cancelled";

    private readonly Dictionary<string, Histogram> _times = new(StringComparer.Ordinal)
    {
        [Ok] = NewTimes(),
        [Of(FetchErrorKind.Gone)] = NewTimes(),
        [Of(FetchErrorKind.Denied)] = NewTimes(),
        [Of(FetchErrorKind.BadStatus)] = NewTimes(),
        [Of(FetchErrorKind.TimedOut)] = NewTimes(),
        [Of(FetchErrorKind.Unreachable)] = NewTimes(),
        [Of(FetchErrorKind.Malformed)] = NewTimes(),
        [Of(FetchErrorKind.TooLarge)] = NewTimes(),
        [Of(FetchErrorKind.Forbidden)] = NewTimes(),
        [Cancelled] = NewTimes(),
    };

    public string Upstream => upstream;

    /// <summary>By outcome: <see cref="Ok"/>, <see cref="Cancelled"/>, and the failures that a request can meet.</summary>
    public IReadOnlyDictionary<string, Histogram> ByOutcome => _times;

    internal void Answered(HttpStatusCode status, TimeSpan took) =>
        Record((int)status is (>= 200 and < 300) or 304 ? Ok : Of(FetchErrors.FromStatus(status).Kind), took);

    internal void Failed(Exception problem, TimeSpan took, CancellationToken cancellationToken) =>
        Record(FetchErrors.IsExpected(problem, cancellationToken) ? Of(FetchErrors.From(problem).Kind) : Cancelled, took);

    private void Record(string outcome, TimeSpan took) => _times[outcome].Record(took.TotalSeconds);

    private static string Of(FetchErrorKind kind) => kind switch
    {
        FetchErrorKind.Gone => "gone",
        FetchErrorKind.Denied => "denied",
        FetchErrorKind.BadStatus => "bad-status",
        FetchErrorKind.TimedOut => "timed-out",
        FetchErrorKind.Malformed => "malformed",
        FetchErrorKind.TooLarge => "too-large",
        FetchErrorKind.Forbidden => "forbidden",
        FetchErrorKind.Unreachable or FetchErrorKind.CircuitOpen or FetchErrorKind.TrustUnavailable or FetchErrorKind.NoRoom or _ => "unreachable",
    };

    private static Histogram NewTimes() => new(Histogram.NetworkSeconds);
}

/// <summary>Measures what passes it on to the upstream.</summary>
internal sealed class TimedHandler(RequestTimes times, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            times.Answered(response.StatusCode, time.GetElapsedTime(started));
            return response;
        }
        catch (Exception problem)
        {
            times.Failed(problem, time.GetElapsedTime(started), cancellationToken);
            throw;
        }
    }
}
