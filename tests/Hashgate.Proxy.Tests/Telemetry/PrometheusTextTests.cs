using Hashgate.Core.Telemetry;
using Hashgate.Proxy.Telemetry;

namespace Hashgate.Proxy.Tests.Telemetry;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Family_has_its_help_and_type_before_its_numbers()
    {
        Assert.Equal(
            "# HELP a_total What \\\\ it\\nis.\n# TYPE a_total counter\na_total 3\n# HELP b_bytes B.\n# TYPE b_bytes gauge\nb_bytes{x=\"1\",y=\"2\"} 1.5\nb_bytes{x=\"2\",y=\"2\"} 12345678901\n",
            PrometheusText.Write([
                Metric.Counter("a_total", "What \\ it\nis.", () => 3),
                Metric.Gauge("b_bytes", "B.", () => [new Sample(1.5, new Label("x", "1"), new Label("y", "2")), new Sample(12345678901, new Label("x", "2"), new Label("y", "2"))]),
            ]));
    }

    [Fact]
    public void Label_values_are_escaped() =>
        Assert.EndsWith("\na{x=\"q\\\"b\\\\n\\n\u00fc\"} 1\n", PrometheusText.Write([Metric.Gauge("a", "A.", () => [new Sample(1, new Label("x", "q\"b\\n\n\u00fc"))])]), StringComparison.Ordinal);

    [Fact]
    public void Family_without_numbers_is_named_all_the_same() =>
        Assert.Equal("# HELP a A.\n# TYPE a gauge\n", PrometheusText.Write([Metric.Gauge("a", "A.", () => [])]));

    [Fact]
    public void Histogram_counts_cumulatively_up_to_infinity()
    {
        var histogram = new Histogram(0.005, 1, 1L << 32);
        foreach (var value in (double[])[0.001, 0.5, 0.75, 1e12]) histogram.Record(value);
        Assert.Equal(
            """
            # HELP a_seconds A.
            # TYPE a_seconds histogram
            a_seconds_bucket{s="x",le="0.005"} 1
            a_seconds_bucket{s="x",le="1"} 3
            a_seconds_bucket{s="x",le="4294967296"} 3
            a_seconds_bucket{s="x",le="+Inf"} 4
            a_seconds_sum{s="x"} 1000000000001.251
            a_seconds_count{s="x"} 4

            """,
            PrometheusText.Write([Metric.Histogram("a_seconds", "A.", new Distribution(histogram, new Label("s", "x")))]));
    }
}
