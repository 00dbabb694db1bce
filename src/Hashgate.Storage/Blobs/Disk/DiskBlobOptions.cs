namespace Hashgate.Storage.Blobs.Disk;

/// <summary>Where blobs are kept on disk and how much of it they may take.</summary>
public sealed record DiskBlobOptions
{
    /// <summary>The data directory; blobs go to <c>blobs/</c> and files under way to <c>staging/</c> in it, which must be on one file system.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// The most that blobs may take together, in bytes, 1 or more (<c>Cache:MaxBytes</c>). Null, the default: the lesser of 100 GiB and
    /// 80 % of what was free at the start, with what the blobs already take.
    /// </summary>
    public long? MaxBytes { get; init; }

    /// <summary>What stays free on the file system, in bytes, 0 or more (<c>Cache:MinFreeBytes</c>). Default 2 GiB.</summary>
    public long MinFreeBytes { get; init; } = 2L << 30;

    /// <summary>How fast the scrubber reads, in bytes a second, 1 or more (<c>Cache:ScrubBytesPerSecond</c>). Default 8 MiB: 100 GiB in under four hours.</summary>
    public long ScrubBytesPerSecond { get; init; } = 8L << 20;

    /// <summary>The pause between two scrubs, 1 minute or more (<c>Cache:ScrubPause</c>). Default one day.</summary>
    public TimeSpan ScrubPause { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often the index, and the last uses in it, is written out, 1 second or more. Default 10 minutes; what a crash loses of it costs order in eviction only.</summary>
    public TimeSpan SaveIndexEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Every setting that is out of its range, one sentence each.</summary>
    public IEnumerable<string> Errors()
    {
        if (MaxBytes < 1) yield return "Cache:MaxBytes must be 1 or more.";
        if (MinFreeBytes < 0) yield return "Cache:MinFreeBytes must be 0 or more.";
        if (ScrubBytesPerSecond < 1) yield return "Cache:ScrubBytesPerSecond must be 1 or more.";
        if (ScrubPause < TimeSpan.FromMinutes(1)) yield return "Cache:ScrubPause must be one minute or more.";
        if (SaveIndexEvery < TimeSpan.FromSeconds(1)) yield return "Cache:SaveIndexEvery must be one second or more.";
    }

    internal string BlobsDirectory => Path.Combine(DataDirectory, "blobs");

    internal string StagingDirectory => Path.Combine(DataDirectory, "staging");

    internal string IndexFile => Path.Combine(DataDirectory, "blobs.index");
}
