using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>Which program this is, and whether it does as it should.</summary>
internal sealed class HealthMetrics(Readiness readiness) : IMetricSource
{
    private static readonly string[] Statuses = [Readiness.ReadyStatus, Readiness.DegradedStatus, Readiness.StartingStatus, Readiness.DrainingStatus];

    public IEnumerable<Metric> Metrics =>
    [
        Metric.Gauge("hashgate_build_info", "1, with the version and how its packages were restored.", () =>
            [new Sample(1, new Label("version", ProgramVersion.Number), new Label("packages", ProgramVersion.Packages))]),
        Metric.Gauge("hashgate_readiness", "1 for what /readyz answers, 0 for what it doesn't.", () =>
        {
            var (status, _) = readiness.Tell();
            return Statuses.Select(s => new Sample(s == status ? 1 : 0, new Label("status", s)));
        }),
        Metric.Gauge("hashgate_degraded_reasons", "How many reasons /readyz tells.", () => readiness.Tell().Reasons.Count),
    ];
}
