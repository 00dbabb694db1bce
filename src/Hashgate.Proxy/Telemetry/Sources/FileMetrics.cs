using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>How files come in.</summary>
internal sealed class FileMetrics(Files files, FetchFigures fetches) : IMetricSource
{
    public IEnumerable<Metric> Metrics =>
    [
        Metric.Histogram(
            "hashgate_fetch_duration_seconds", "Time that fetches of files took, from the first request to the record, by how they ended.",
            new Distribution(fetches.Proven, new Label("outcome", "proven")),
            new Distribution(fetches.NotProven, new Label("outcome", "not-proven")),
            new Distribution(fetches.Failed, new Label("outcome", "failed"))),
        Metric.Histogram("hashgate_fetch_size_bytes", "Sizes of fetched and proven files.", new Distribution(fetches.Sizes)),
        Metric.Gauge("hashgate_fetches_running", "Fetches under way.", () => files.Fetching),
        Metric.Gauge("hashgate_fetch_waiters", "Requests that wait for a fetch.", () => files.Waiting),
        Metric.Counter("hashgate_fetch_joins_total", "Requests that found their file's fetch under way and waited with others.", () => fetches.Joined),
    ];
}
