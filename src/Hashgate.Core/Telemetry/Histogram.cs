namespace Hashgate.Core.Telemetry;

/// <summary>
/// How values are distributed: how many are at or below each bound. For what happens some thousand times a second at the most; safe for
/// threads.
/// </summary>
/// <param name="bounds">Upper bounds, ascending, in a base unit (seconds, bytes); what is above the last is counted too.</param>
public sealed class Histogram(params IReadOnlyList<double> bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Count + 1];
    private double _sum;

    /// <summary>Bounds for what goes over the network, in seconds.</summary>
    public static readonly IReadOnlyList<double> NetworkSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Bounds for what a store does, in seconds.</summary>
    public static readonly IReadOnlyList<double> StoreSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    /// <summary>Bounds for sizes of files, in bytes.</summary>
    public static readonly IReadOnlyList<double> FileBytes = [1 << 14, 1 << 17, 1 << 20, 1 << 23, 1 << 26, 1 << 29, 1L << 32];

    public IReadOnlyList<double> Bounds => bounds;

    /// <summary>Is told of each value as it comes, for exporters that count by themselves; must be quick and must not throw.</summary>
    public event Action<double>? Recorded;

    public void Record(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket]) bucket++;
        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
        Recorded?.Invoke(value);
    }

    public HistogramValues Read()
    {
        lock (_lock) return new HistogramValues([.. _counts], _sum);
    }
}

/// <summary>What a histogram holds at one moment.</summary>
/// <param name="Counts">For each bound the values above the one before, then those above the last.</param>
/// <param name="Sum">All values added up.</param>
public sealed record HistogramValues(IReadOnlyList<long> Counts, double Sum)
{
    public long Count => Counts.Sum();
}
