namespace Hashgate.Core.Traffic;

/// <summary>One hour's traffic.</summary>
/// <param name="Hour">Its beginning, UTC.</param>
/// <param name="Requests">Requests on the routes of installers (lists, pages, files, core metadata, JSON, provenance), whatever the answer.</param>
/// <param name="PageHits">Project pages answered from memory, stale ones included.</param>
/// <param name="PageMisses">Project pages that waited for the store or the upstream.</param>
/// <param name="FileHits">Files and core metadata answered from the cache.</param>
/// <param name="FileMisses">Files and core metadata that waited for a fetch.</param>
/// <param name="BytesServed">Bytes of files and core metadata that went out to clients.</param>
/// <param name="BytesFetched">Bytes of files and core metadata that came from upstreams and were proven.</param>
public sealed record TrafficHour(
    DateTimeOffset Hour, long Requests, long PageHits, long PageMisses, long FileHits, long FileMisses, long BytesServed, long BytesFetched)
{
    public static TrafficHour Empty(DateTimeOffset hour) => new(hour, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Whether nothing was counted.</summary>
    public bool IsEmpty => this == Empty(Hour);

    /// <summary>Both together, in this one's hour.</summary>
    public TrafficHour Plus(TrafficHour other) => new(
        Hour,
        Requests + other.Requests,
        PageHits + other.PageHits,
        PageMisses + other.PageMisses,
        FileHits + other.FileHits,
        FileMisses + other.FileMisses,
        BytesServed + other.BytesServed,
        BytesFetched + other.BytesFetched);

    /// <summary>What this one has more than an earlier count, in this one's hour.</summary>
    public TrafficHour Since(TrafficHour earlier) => new(
        Hour,
        Requests - earlier.Requests,
        PageHits - earlier.PageHits,
        PageMisses - earlier.PageMisses,
        FileHits - earlier.FileHits,
        FileMisses - earlier.FileMisses,
        BytesServed - earlier.BytesServed,
        BytesFetched - earlier.BytesFetched);

    /// <summary>The beginning of the hour that a moment is in.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeSeconds(NumberOf(moment) * 3600);

    /// <summary>Hours since 1970, as stores number them.</summary>
    public static long NumberOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / 3600;
}
