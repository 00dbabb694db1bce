using Hashgate.Core.Events;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary><c>/dashboard/blocked</c>: what was refused, filtered, page by page; and the rows that came since.</summary>
internal static class BlockedEndpoints
{
    private const int PageLength = 100;

    /// <summary>The most rows fetched at once; the script asks again for the others.</summary>
    private const int MostRows = 50;

    /// <summary>The most times the log is asked for one page: a rare match may be behind a lot that doesn't.</summary>
    private const int MostReads = 20;

    /// <summary>When it is not asked again: the page then says that there is more, and leads on.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(150);

    public static void MapBlocked(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/blocked", GetAsync);
        pages.MapGet("/blocked/rows", RowsAsync);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string? cursor, IEventLog events, TimeProvider time)
    {
        var filter = BlockedFilter.Of(context.Request.Query);
        if (filter.Problem is { } problem) return Page(new BlockedDownloads(filter, [], true, null, null, problem), StatusCodes.Status400BadRequest);
        try
        {
            // First: what comes in between is shown twice rather than never, and the script drops the second.
            var newest = await events.NewestAsync(context.RequestAborted);
            var (found, next) = await ReadAsync(events, filter.ToQuery(time.GetUtcNow(), PageLength, cursor), time, context.RequestAborted);
            return Page(new BlockedDownloads(filter, found, cursor is null, next, newest, null));
        }
        catch (FormatException)
        {
            return Page(new BlockedDownloads(filter, [], false, null, null, "That page is no longer to be had: begin with the newest."), StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>The rows that match and came after an event, the newest first; a header tells after which one to go on.</summary>
    private static async Task<IResult> RowsAsync(HttpContext context, string? after, IEventLog events, TimeProvider time)
    {
        var filter = BlockedFilter.Of(context.Request.Query);
        if (filter.Problem is not null) return Results.BadRequest();
        try
        {
            var later = await events.ReadAfterAsync(string.IsNullOrEmpty(after) ? StoredEvent.BeforeAll : after, filter.ToQuery(time.GetUtcNow(), MostRows), context.RequestAborted);
            context.Response.Headers["Hashgate-After"] = later.After;
            context.Response.Headers["Hashgate-More"] = later.HasMore ? "yes" : "no";
            return new PageResult<NewRows, IReadOnlyList<StoredEvent>>([.. later.Events.Reverse()]);
        }
        catch (FormatException)
        {
            return Results.BadRequest();
        }
    }

    private static async Task<(IReadOnlyList<StoredEvent> Found, string? NextCursor)> ReadAsync(IEventLog events, EventQuery query, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var found = new List<StoredEvent>();
        for (var reads = 0; ; reads++)
        {
            var page = await events.QueryAsync(query with { Limit = PageLength - found.Count }, cancellationToken);
            found.AddRange(page.Events);
            query = query with { Cursor = page.NextCursor };
            if (page.NextCursor is null || found.Count >= PageLength || reads >= MostReads || time.GetElapsedTime(began) >= LongEnough) return (found, page.NextCursor);
        }
    }

    private static PageResult<BlockedPage, BlockedDownloads> Page(BlockedDownloads model, int status = StatusCodes.Status200OK) => new(model, status);
}
