using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>How upstreams do.</summary>
internal sealed class UpstreamMetrics(UpstreamClient upstreams) : IMetricSource
{
    public IEnumerable<Metric> Metrics =>
    [
        Metric.Histogram(
            "hashgate_upstream_request_duration_seconds", "Time until an upstream's answer begins, redirects included, by what came of it.",
            [.. upstreams.Times.SelectMany(t => t.ByOutcome.Select(o => new Distribution(o.Value, new Label("upstream", t.Upstream), new Label("outcome", o.Key))))]),
        Metric.Gauge("hashgate_upstream_up", "0 while an upstream is left alone because most requests to it failed, else 1.", () =>
            upstreams.Health.Select(h => new Sample(h.CircuitOpen ? 0 : 1, new Label("upstream", h.Upstream)))),
        Metric.Gauge("hashgate_upstream_last_success_timestamp_seconds", "When an upstream last gave an answer; absent before the first.", () =>
            Times(h => h.LastSuccess)),
        Metric.Gauge("hashgate_upstream_last_failure_timestamp_seconds", "When an upstream last gave none, or an error of its own; absent before the first.", () =>
            Times(h => h.LastFailure)),
    ];

    private IEnumerable<Sample> Times(Func<UpstreamHealth, DateTimeOffset?> time) =>
        from health in upstreams.Health
        let at = time(health)
        where at is not null
        select new Sample(UnixTime.Seconds(at.Value), new Label("upstream", health.Upstream));
}
