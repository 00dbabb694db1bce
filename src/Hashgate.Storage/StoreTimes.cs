using Hashgate.Core.Telemetry;

namespace Hashgate.Storage;

/// <summary>How long a store takes, waiting for its turn included, failures too.</summary>
/// <param name="store">Its name in metrics.</param>
/// <param name="operations">What it does.</param>
public sealed class StoreTimes(string store, params IReadOnlyList<string> operations)
{
    private readonly Dictionary<string, Histogram> _times = operations.ToDictionary(o => o, _ => new Histogram(Histogram.StoreSeconds), StringComparer.Ordinal);

    public string Store => store;

    public IReadOnlyDictionary<string, Histogram> ByOperation => _times;

    /// <summary>Measures until it is disposed of.</summary>
    internal Running Measure(string operation) => new(_times[operation]);

    /// <summary>One operation. By the machine's own clock: a store's time is no matter of what hour it is.</summary>
    internal readonly struct Running(Histogram times) : IDisposable
    {
        private readonly long _started = TimeProvider.System.GetTimestamp();

        public void Dispose() => times.Record(TimeProvider.System.GetElapsedTime(_started).TotalSeconds);
    }
}
