using Hashgate.Core.Telemetry;

namespace Hashgate.Proxy.Telemetry;

/// <summary>What kind of number a metric is.</summary>
internal enum MetricKind
{
    /// <summary>Only grows, until the process ends.</summary>
    Counter,

    /// <summary>Is what it is now.</summary>
    Gauge,

    /// <summary>A distribution.</summary>
    Histogram,
}

/// <summary>One family of numbers under one name, read when somebody asks.</summary>
/// <param name="Name">By Prometheus' conventions: a base unit at its end, <c>_total</c> behind that on counters.</param>
/// <param name="Help">One sentence.</param>
internal sealed record Metric(string Name, MetricKind Kind, string Help)
{
    /// <summary>A counter's or a gauge's numbers.</summary>
    public Func<IEnumerable<Sample>> Read { get; private init; } = static () => [];

    /// <summary>A histogram's parts: the same ones from the start to the end.</summary>
    public IReadOnlyList<Distribution> Distributions { get; private init; } = [];

    public static Metric Counter(string name, string help, Func<IEnumerable<Sample>> read) => new(name, MetricKind.Counter, help) { Read = read };

    public static Metric Counter(string name, string help, Func<double> read) => Counter(name, help, () => [new Sample(read())]);

    public static Metric Gauge(string name, string help, Func<IEnumerable<Sample>> read) => new(name, MetricKind.Gauge, help) { Read = read };

    public static Metric Gauge(string name, string help, Func<double> read) => Gauge(name, help, () => [new Sample(read())]);

    public static Metric Histogram(string name, string help, params IReadOnlyList<Distribution> distributions) => new(name, MetricKind.Histogram, help) { Distributions = distributions };
}

/// <summary>A name and a value that tell one number of a family from another. Values come from a list that is ours or the operator's, never from a client.</summary>
internal readonly record struct Label(string Name, string Value);

/// <summary>One number.</summary>
internal sealed record Sample(double Value, params IReadOnlyList<Label> Labels);

/// <summary>One histogram of a family.</summary>
internal sealed record Distribution(Histogram Histogram, params IReadOnlyList<Label> Labels);

/// <summary>Metrics of one part of the program.</summary>
internal interface IMetricSource
{
    IEnumerable<Metric> Metrics { get; }
}

/// <summary>All metrics, made when they are first asked for.</summary>
internal sealed class MetricCatalogue(IEnumerable<IMetricSource> sources)
{
    public IReadOnlyList<Metric> Metrics { get; } = [.. sources.SelectMany(s => s.Metrics)];
}
