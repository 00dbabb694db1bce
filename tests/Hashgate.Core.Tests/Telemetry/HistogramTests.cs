using Hashgate.Core.Telemetry;

namespace Hashgate.Core.Tests.Telemetry;

public sealed class HistogramTests
{
    [Fact]
    public void Value_counts_in_the_first_bucket_that_reaches_it()
    {
        var histogram = new Histogram(1, 10);
        foreach (var value in (double[])[0, 1, 1.5, 10, 10.5, 1000]) histogram.Record(value);
        Assert.Equal([2, 2, 2], histogram.Read().Counts);
        Assert.Equal((6, 1023), (histogram.Read().Count, histogram.Read().Sum));
    }

    [Fact]
    public void Others_are_told_of_each_value()
    {
        var (histogram, told) = (new Histogram(1), new List<double>());
        histogram.Recorded += told.Add;
        histogram.Record(3);
        histogram.Recorded -= told.Add;
        histogram.Record(4);
        Assert.Equal([3], told);
    }

    [Fact]
    public void No_value_is_lost_between_threads()
    {
        var histogram = new Histogram(0.5);
        Parallel.For(0, 10_000, i => histogram.Record(i % 2));
        Assert.Equal([5000, 5000], histogram.Read().Counts);
        Assert.Equal(5000, histogram.Read().Sum);
    }
}
