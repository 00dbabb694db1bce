using Hashgate.Core.Events;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>What the page of blocked downloads shows.</summary>
/// <param name="IsFirstPage">Whether these are the newest.</param>
/// <param name="NextCursor">Leads to older ones; null where there are none.</param>
/// <param name="NewestId">The newest event when the page was read, whether it matched or not: new rows come after it. Null where nothing was read.</param>
/// <param name="Problem">Why nothing is shown; null where nothing is wrong.</param>
public sealed record BlockedDownloads(BlockedFilter Filter, IReadOnlyList<StoredEvent> Events, bool IsFirstPage, string? NextCursor, string? NewestId, string? Problem)
{
    /// <summary>Whether new rows appear by themselves.</summary>
    public bool IsLive => IsFirstPage && Problem is null && Filter.IsOpen;
}
