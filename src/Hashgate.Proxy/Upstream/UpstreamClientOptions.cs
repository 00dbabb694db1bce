using Hashgate.Core.SimpleApi;

namespace Hashgate.Proxy.Upstreams;

/// <summary>How upstreams are asked; what differs from one to the next is in their own settings.</summary>
public sealed record UpstreamClientOptions
{
    /// <summary>Told in the User-Agent.</summary>
    public string Version { get; init; } = "0";

    /// <summary>Whom an index's operators may write to; told in the User-Agent. Default none.</summary>
    public string? Contact { get; init; }

    /// <summary>How much of a project page is read.</summary>
    public PageLimits PageLimits { get; init; } = PageLimits.Default;

    /// <summary>How much of a project list is read. Default 200 MiB, else as pages; PyPI's had 29 MB in 2024.</summary>
    public PageLimits ListLimits { get; init; } = PageLimits.Default with { MaxBytes = 200 * 1024 * 1024 };

    /// <summary>Bytes of a compressed page or list as they come over the wire. Default 64 MiB.</summary>
    public int MaxCompressedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Further attempts after one that failed for want of an answer. Default 2, range 1 to 10.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Before the first retry, doubling, with jitter. Default 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest Retry-After that is waited for; a longer one ends the attempts at once. Default 5 s.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A page or list with all its attempts. Default 2 min.</summary>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Attempts within <see cref="CircuitSampling"/> before the circuit may open, of which half must have failed. Default 8, at least 2.</summary>
    public int CircuitMinimumAttempts { get; init; } = 8;

    /// <summary>Default 30 s, at least 0.5 s.</summary>
    public TimeSpan CircuitSampling { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open circuit stays open before one request tries again; doubles with each failed try, up to a minute. Default 5 s, at least 0.5 s.</summary>
    public TimeSpan CircuitBreak { get; init; } = TimeSpan.FromSeconds(5);
}
