using System.Globalization;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>What was asked for, and what became of it.</summary>
internal sealed class RequestMetrics(RequestCounters requests, RefusalCounters refusals) : IMetricSource
{
    public IEnumerable<Metric> Metrics =>
    [
        Metric.Counter("hashgate_requests_total", "Answered requests by route, status and where the answer came from.", () => requests.Answers.Select(a => new Sample(
            a.Count, new Label("route", Name(a.Route)), new Label("status", a.Status == 0 ? "other" : a.Status.ToString(CultureInfo.InvariantCulture)), new Label("cache", Name(a.Outcome))))),
        Metric.Counter("hashgate_file_sent_bytes_total", "Bytes of files and core metadata handed to clients' connections.", () => requests.BytesServed),
        Metric.Counter("hashgate_refusals_total", "Refused requests by rule and verdict.", () => refusals.ByRule.SelectMany(r => new[]
        {
            new Sample(r.Blocked, new Label("rule", r.Rule), new Label("verdict", "block")),
            new Sample(r.Held, new Label("rule", r.Rule), new Label("verdict", "hold")),
        })),
        Metric.Counter("hashgate_warnings_total", "Files served although a rule had something to say: warnings, audited refusals, waivers.", () =>
            refusals.ByRule.Select(r => new Sample(r.Warned, new Label("rule", r.Rule)))),
        Metric.Counter("hashgate_unavailable_total", "Requests for what could not be had, by reason.", () =>
            refusals.ByKind.Select(k => new Sample(k.Count, new Label("reason", Name(k.Kind))))),
    ];

    private static string Name(Route route) => route switch
    {
        Route.List => "list",
        Route.Page => "page",
        Route.File => "file",
        Route.Metadata => "metadata",
        Route.Json => "json",
        Route.Provenance => "provenance",
        Route.Why => "why",
        Route.Api => "api",
        Route.Dashboard => "dashboard",
        Route.Health => "health",
        Route.Metrics => "metrics",
        Route.Other or _ => "other",
    };

    private static string Name(CacheOutcome outcome) => outcome switch
    {
        CacheOutcome.Hit => "hit",
        CacheOutcome.Stale => "stale",
        CacheOutcome.Miss => "miss",
        CacheOutcome.None or _ => "none",
    };

    private static string Name(FetchErrorKind kind) => kind switch
    {
        FetchErrorKind.Unreachable => "unreachable",
        FetchErrorKind.TimedOut => "timed-out",
        FetchErrorKind.CircuitOpen => "circuit-open",
        FetchErrorKind.Gone => "gone",
        FetchErrorKind.Denied => "denied",
        FetchErrorKind.BadStatus => "bad-status",
        FetchErrorKind.TooLarge => "too-large",
        FetchErrorKind.Malformed => "malformed",
        FetchErrorKind.TrustUnavailable => "trust-unavailable",
        FetchErrorKind.NoRoom => "no-room",
        FetchErrorKind.Forbidden => "forbidden",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of failure."),
    };
}
