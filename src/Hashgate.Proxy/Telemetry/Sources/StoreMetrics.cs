using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>How the stores do.</summary>
internal sealed class StoreMetrics(MeasuredStores stores, TrustLedger ledger, PolicyWatch policy) : IMetricSource
{
    public IEnumerable<Metric> Metrics =>
    [
        Metric.Histogram(
            "hashgate_store_operation_duration_seconds", "Time that a store took, failures included.",
            [.. stores.Times.SelectMany(s => s.ByOperation.Select(o => new Distribution(o.Value, new Label("store", s.Store), new Label("operation", o.Key))))]),
        Metric.Gauge("hashgate_trust_ledger_up", "1 while first uses are taken: the trust store and the journal can be written, and are each other's.", () => ledger.Status.Count == 0 ? 1 : 0),
        Metric.Gauge("hashgate_policy_store_up", "1 while the policy store can be read and is believed.", () => policy.Status.Count == 0 ? 1 : 0),
    ];
}
