using Hashgate.Core.Policy;
using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.Lists;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>What policy goes by.</summary>
internal sealed class PolicyMetrics(PolicyState policy, AdvisoryFeed advisories, PolicyLists lists) : IMetricSource
{
    public IEnumerable<Metric> Metrics =>
    [
        Metric.Gauge("hashgate_advisories", "Advisories in force.", () => policy.Current.Advisories.Count),
        Metric.Gauge("hashgate_malware_advisories", "Advisories in force that tell of malware.", () => policy.Current.Advisories.MalwareCount),
        Metric.Gauge("hashgate_advisory_feed_up", "1 while the source of advisories can be read and is believed; absent where none is wanted.", () =>
            advisories.IsWanted ? [new Sample(advisories.IsUp ? 1 : 0)] : []),
        Metric.Gauge("hashgate_advisory_feed_confirmed_timestamp_seconds", "When the source last confirmed the advisories in force; absent before the first time.", () =>
            advisories.ConfirmedAt is { } at ? [new Sample(UnixTime.Seconds(at))] : []),
        Metric.Gauge("hashgate_list_entries", "Entries of a list in force, by its rule.", () => lists.All.Select(l => new Sample(l.Count, new Label("rule", l.Rule)))),
        Metric.Gauge("hashgate_list_up", "1 while what a list's source says is in force, by its rule.", () => lists.All.Select(l => new Sample(l.Problem is null ? 1 : 0, new Label("rule", l.Rule)))),
        Metric.Gauge("hashgate_list_confirmed_timestamp_seconds", "When a list's source last confirmed what is in force, by its rule; absent before the first time.", () =>
            from list in lists.All
            let at = list.ConfirmedAt
            where at is not null
            select new Sample(UnixTime.Seconds(at.Value), new Label("rule", list.Rule))),
    ];
}
