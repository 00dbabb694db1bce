using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>What came of looking for a project.</summary>
public abstract record PageLookup
{
    private PageLookup() { }

    /// <param name="Stale">The page is older than it should be: its upstream can't be asked.</param>
    public sealed record Found(ProjectView View, bool Stale) : PageLookup;

    /// <summary>The owner says that there is no such project, or nobody owns the name.</summary>
    public sealed record Missing : PageLookup;

    /// <summary>There is nothing cached, and the owner gives no usable answer.</summary>
    public sealed record Unavailable(Upstream Upstream, FetchError Error) : PageLookup;
}

/// <summary>How project pages are kept.</summary>
public sealed record PageOptions
{
    /// <summary>The most bytes of views kept in memory (approximately); at least one view is always kept. Default 256 MiB.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>The longest that a request waits for the refresh of a page that is too old. Default 10 s.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a page whose serial goes backwards is refused before it is taken if it contradicts no record. Default 24 h.</summary>
    public TimeSpan RollbackPatience { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long "no such project" is remembered. Default 60 s.</summary>
    public TimeSpan MissingFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long after a failed refresh nobody asks again. Default 5 s.</summary>
    public TimeSpan PauseAfterFailure { get; init; } = TimeSpan.FromSeconds(5);
}
