namespace Hashgate.Core.Serving;

/// <summary>How files are fetched and handed on.</summary>
public sealed record FileServing
{
    /// <summary>At or below this size nobody gets a byte before the proof. Bytes, default 8 MiB, at least <see cref="HoldBackBytes"/>.</summary>
    public long VerifyFirstBytes { get; init; } = 8 << 20;

    /// <summary>How much of a larger file is held back until the proof. Bytes, default 64 KiB, at least 1.</summary>
    public long HoldBackBytes { get; init; } = 64 << 10;

    /// <summary>The largest file fetched. Bytes, default 10 GiB.</summary>
    public long MaxBytes { get; init; } = 10L << 30;

    /// <summary>The most fetches under way at once. Default 64.</summary>
    public int MaxConcurrentFetches { get; init; } = 64;

    /// <summary>The most fetches under way that one client started. Default 16.</summary>
    public int MaxPerClient { get; init; } = 16;

    /// <summary>The most requests that wait for fetches at once. Default 4096.</summary>
    public int MaxWaiting { get; init; } = 4096;

    /// <summary>How long a client waits for a first byte; installers give up after 15 s of silence. Default 10 s.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether clients are sent to the shared blobs for proven files that are not in this replica's own cache. Default false: nothing leaves without a proof.</summary>
    public bool RedirectToShared { get; init; }

    /// <summary>How often a body that broke off is resumed. Default 3.</summary>
    public int MaxResumes { get; init; } = 3;
}
