namespace Hashgate.Proxy.Lists;

/// <summary>Where a list's bytes come from.</summary>
internal interface IListSource
{
    /// <summary>How long to wait before it is asked again.</summary>
    TimeSpan Pause { get; }

    /// <summary>Asks for the content.</summary>
    /// <param name="etag">Of the content that is known; null for none.</param>
    Task<ListFetch> FetchAsync(string? etag, CancellationToken cancellationToken);
}

/// <summary>What came of asking.</summary>
/// <param name="Content">Null where it is the known one still, or where <paramref name="Problem"/> says why it is not to be had.</param>
internal sealed record ListFetch(byte[]? Content, string? ETag = null, string? Problem = null);
