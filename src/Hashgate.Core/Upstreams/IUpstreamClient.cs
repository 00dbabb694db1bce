using Hashgate.Core.Packaging;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Upstreams;

/// <summary>Asks upstreams. Failures are values; only cancellation and bugs throw.</summary>
public interface IUpstreamClient
{
    /// <summary>Fetches a project page, conditionally where there is a <paramref name="previous"/> one.</summary>
    Task<PageFetch> GetPageAsync(Upstream upstream, ProjectName project, PageSnapshot? previous, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a file's body at an offset. One attempt at the head of the answer with its retries; the body is the caller's to
    /// read, and a read that fails throws <see cref="IOException"/>: a broken or stalled connection, to be resumed at a new offset.
    /// </summary>
    /// <param name="offset">Bytes already had; the body starts there.</param>
    Task<FileOpening> OpenFileAsync(Upstream upstream, Uri url, long offset, CancellationToken cancellationToken);

    /// <summary>
    /// Fetches a file's provenance from where its page says it is. Failures count for nothing else: pages and files go on while this
    /// route alone is away.
    /// </summary>
    Task<ProvenanceFetch> GetProvenanceAsync(Upstream upstream, Uri url, CancellationToken cancellationToken);
}

/// <summary>What came of asking for a file's provenance.</summary>
public abstract record ProvenanceFetch
{
    private ProvenanceFetch() { }

    public sealed record Fetched(ProvenanceDocument Document) : ProvenanceFetch;

    /// <summary>404, 410 or 451: the upstream's answer is that there is none.</summary>
    public sealed record Gone : ProvenanceFetch;

    /// <summary>No usable answer.</summary>
    public sealed record Failed(FetchError Error) : ProvenanceFetch;
}

/// <summary>What came of asking for a page.</summary>
public abstract record PageFetch
{
    private PageFetch() { }

    /// <summary>A page.</summary>
    public sealed record Fetched(ProjectPage Page, string? ETag, string? LastModified) : PageFetch;

    /// <summary>304: the previous page still holds.</summary>
    public sealed record NotModified : PageFetch;

    /// <summary>404, 410 or 451: the upstream's answer is that it has no such project.</summary>
    public sealed record Gone(int Status) : PageFetch;

    /// <summary>No usable answer.</summary>
    public sealed record Failed(FetchError Error) : PageFetch;
}

/// <summary>What came of asking for a file.</summary>
public abstract record FileOpening
{
    private FileOpening() { }

    /// <summary>The body from the asked offset on; dispose of it to end the request.</summary>
    /// <param name="TotalLength">The whole file's length as the upstream tells it, in bytes; null where it doesn't.</param>
    public sealed record Opened(Stream Body, long? TotalLength) : FileOpening;

    public sealed record Failed(FetchError Error) : FileOpening;
}

/// <summary>Why an upstream gave no usable answer.</summary>
/// <param name="Detail">One plain sentence for the log and for operators; printable ASCII.</param>
/// <param name="Status">The HTTP status, where there was one.</param>
public sealed record FetchError(FetchErrorKind Kind, string Detail, int? Status = null);

/// <summary>The kinds of failure.</summary>
public enum FetchErrorKind
{
    /// <summary>No connection, a reset, a name that doesn't resolve, a failed TLS handshake.</summary>
    Unreachable,

    /// <summary>Nothing came for longer than the timeout.</summary>
    TimedOut,

    /// <summary>Too many failures lately: not asked.</summary>
    CircuitOpen,

    /// <summary>404, 410 or 451 for a file.</summary>
    Gone,

    /// <summary>401 or 403: our credentials, or none, are refused.</summary>
    Denied,

    /// <summary>Any other status that is no success, a 5xx or a 429 after its retries among them.</summary>
    BadStatus,

    /// <summary>Past a limit of size, headers or number.</summary>
    TooLarge,

    /// <summary>The answer can't be read: not a page, bad compression, wrong range.</summary>
    Malformed,

    /// <summary>The trust records or their journal are away, so that nothing unproven is taken in.</summary>
    TrustUnavailable,

    /// <summary>Our own disk has no room for the answer.</summary>
    NoRoom,

    /// <summary>A URL, redirect or address that this upstream may not send us to.</summary>
    Forbidden,
}
