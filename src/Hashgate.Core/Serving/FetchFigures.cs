using Hashgate.Core.Telemetry;

namespace Hashgate.Core.Serving;

/// <summary>Counts the fetches of files, for metrics and the record of traffic.</summary>
public sealed class FetchFigures(TimeProvider time)
{
    private long _joined;
    private long _bytes;

    /// <summary>How long fetches took that ended proven: from the first request upstream to the record.</summary>
    public Histogram Proven { get; } = new(Histogram.NetworkSeconds);

    /// <summary>How long fetches took whose bytes were not what was promised.</summary>
    public Histogram NotProven { get; } = new(Histogram.NetworkSeconds);

    /// <summary>How long fetches took that failed otherwise.</summary>
    public Histogram Failed { get; } = new(Histogram.NetworkSeconds);

    /// <summary>The sizes of proven files, in bytes.</summary>
    public Histogram Sizes { get; } = new(Histogram.FileBytes);

    /// <summary>Bytes of all proven files.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Requests that found their file's fetch under way and waited with others.</summary>
    public long Joined => Interlocked.Read(ref _joined);

    internal void Join() => Interlocked.Increment(ref _joined);

    internal long Start() => time.GetTimestamp();

    /// <param name="outcome">Null for a fetch that ended in a bug.</param>
    internal void End(long started, FetchOutcome? outcome)
    {
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        switch (outcome)
        {
            case FetchOutcome.Proven proven:
                Proven.Record(seconds);
                Sizes.Record(proven.Size);
                Interlocked.Add(ref _bytes, proven.Size);
                break;
            case FetchOutcome.NotProven:
                NotProven.Record(seconds);
                break;
            default:
                Failed.Record(seconds);
                break;
        }
    }
}
