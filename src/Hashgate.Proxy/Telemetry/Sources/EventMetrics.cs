using Hashgate.Core.Events;
using Hashgate.Storage.Events;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>What happened that an operator may want to know.</summary>
internal sealed class EventMetrics(QueuedEventLog events) : IMetricSource
{
    public IEnumerable<Metric> Metrics =>
    [
        Metric.Counter("hashgate_alarms_total", "Alarms by kind: somebody has to look into each.", () =>
            ByKind(EventKinds.Alarms)),
        Metric.Counter("hashgate_events_total", "Events by kind, alarms among them.", () => ByKind(EventKinds.All)),
        Metric.Gauge("hashgate_events_queued", "Events that wait to be written.", () => events.Figures.Queued),
        Metric.Counter("hashgate_events_dropped_total", "Events that are lost: too many waited, or the store refused them.", () => events.Figures.Dropped),
    ];

    private IEnumerable<Sample> ByKind(IEnumerable<string> kinds)
    {
        var recorded = events.Figures.Recorded;
        return kinds.Select(kind => new Sample(recorded.GetValueOrDefault(kind), new Label("kind", kind)));
    }
}
