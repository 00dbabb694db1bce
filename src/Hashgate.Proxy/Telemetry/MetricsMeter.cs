using System.Diagnostics.Metrics;
using Hashgate.Core.Telemetry;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Telemetry;

/// <summary>
/// The same metrics as instruments of the .NET meter <c>Hashgate</c>, for OTLP and the runtime's own tools. An instrument is named as
/// OpenTelemetry would have it, so that it is the same name again where a collector turns it into Prometheus' form: points for lines, without unit and <c>_total</c>.
/// </summary>
internal sealed class MetricsMeter : IDisposable
{
    public const string Name = "Hashgate";

    private const string Prefix = "hashgate_";

    private readonly Meter _meter = new(Name, ProgramVersion.Number);
    private readonly List<Action> _leave = [];

    public MetricsMeter(MetricCatalogue catalogue)
    {
        // The process's own are told by the runtime's meter.
        foreach (var metric in catalogue.Metrics.Where(m => m.Name.StartsWith(Prefix, StringComparison.Ordinal))) Add(metric);
    }

    public void Dispose()
    {
        foreach (var leave in _leave) leave();
        _meter.Dispose();
    }

    /// <summary>An instrument's name and unit for a metric's name.</summary>
    internal static (string Name, string? Unit) Rename(string name)
    {
        var bare = Cut(name, "_total");
        string? unit = null;
        if (bare.EndsWith("_seconds", StringComparison.Ordinal)) (bare, unit) = (Cut(bare, "_seconds"), "s");
        else if (bare.EndsWith("_bytes", StringComparison.Ordinal)) (bare, unit) = (Cut(bare, "_bytes"), "By");
        return (bare.Replace('_', '.'), unit);
    }

    private void Add(Metric metric)
    {
        var (name, unit) = Rename(metric.Name);
        switch (metric.Kind)
        {
            case MetricKind.Counter:
                _meter.CreateObservableCounter(name, () => Measure(metric), unit, metric.Help);
                break;
            case MetricKind.Gauge:
                _meter.CreateObservableGauge(name, () => Measure(metric), unit, metric.Help);
                break;
            case MetricKind.Histogram:
                var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = metric.Distributions[0].Histogram.Bounds };
                var instrument = _meter.CreateHistogram<double>(name, unit, metric.Help, tags: null, advice);
                foreach (var distribution in metric.Distributions) Follow(distribution.Histogram, instrument, Tags(distribution.Labels));
                break;
        }
    }

    private void Follow(Histogram histogram, Histogram<double> instrument, KeyValuePair<string, object?>[] tags)
    {
        Action<double> record = value => instrument.Record(value, tags);
        histogram.Recorded += record;
        _leave.Add(() => histogram.Recorded -= record);
    }

    private static IEnumerable<Measurement<double>> Measure(Metric metric) => metric.Read().Select(s => new Measurement<double>(s.Value, Tags(s.Labels)));

    private static KeyValuePair<string, object?>[] Tags(IReadOnlyList<Label> labels) => [.. labels.Select(l => KeyValuePair.Create(l.Name, (object?)l.Value))];

    private static string Cut(string text, string end) => text.EndsWith(end, StringComparison.Ordinal) ? text[..^end.Length] : text;
}
