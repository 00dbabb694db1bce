using System.Globalization;
using System.Text;

namespace Hashgate.Proxy.Telemetry;

/// <summary>Prometheus' text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics)
        {
            text.Append("# HELP ").Append(metric.Name).Append(' ').Append(EscapeHelp(metric.Help)).Append('\n');
            text.Append("# TYPE ").Append(metric.Name).Append(' ').Append(Type(metric.Kind)).Append('\n');
            foreach (var sample in metric.Read()) Line(text, metric.Name, sample.Labels, sample.Value);
            foreach (var distribution in metric.Distributions) Write(text, metric.Name, distribution);
        }
        return text.ToString();
    }

    /// <summary>Each bucket counts what is at or below its bound, and the last one everything.</summary>
    private static void Write(StringBuilder text, string name, Distribution distribution)
    {
        var values = distribution.Histogram.Read();
        var below = 0L;
        for (var i = 0; i < values.Counts.Count; i++)
        {
            below += values.Counts[i];
            var bound = i < distribution.Histogram.Bounds.Count ? distribution.Histogram.Bounds[i] : double.PositiveInfinity;
            Line(text, name + "_bucket", [.. distribution.Labels, new Label("le", Number(bound))], below);
        }
        Line(text, name + "_sum", distribution.Labels, values.Sum);
        Line(text, name + "_count", distribution.Labels, values.Count);
    }

    private static void Line(StringBuilder text, string name, IReadOnlyList<Label> labels, double value)
    {
        text.Append(name);
        for (var i = 0; i < labels.Count; i++) text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(EscapeValue(labels[i].Value)).Append('"');
        if (labels.Count > 0) text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Type(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        MetricKind.Histogram => "histogram",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of metric."),
    };

    private static string EscapeHelp(string help) => help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeValue(string value) => EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);
}
