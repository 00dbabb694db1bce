using Hashgate.Core.Events;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/events</c>: what happened, page by page, one by one, as a file, as sums, and as it happens.</summary>
internal static class EventEndpoints
{
    private static readonly TimeSpan SummaryLength = TimeSpan.FromHours(24);

    public static void AddEvents(this IServiceCollection services)
    {
        services.AddSingleton<EventExport>();
        services.AddSingleton<EventStreams>();
    }

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/events", GetAsync).RequireRole(Role.View);
        routes.MapGet("/api/v1/events/{id}", FindAsync).RequireRole(Role.View);
        routes.MapGet("/api/v1/events/summary", SummarizeAsync).RequireRole(Role.View);
        routes.MapGet("/api/v1/events/stream", (HttpContext context, EventStreams streams) => GuardAsync(context, async () =>
        {
            await streams.SendAsync(context, EventFilter.Read(context.Request.Query));
            return Results.Empty;
        })).RequireRole(Role.View);
    }

    private static Task<IResult> GetAsync(HttpContext context, IEventLog events, EventExport export) => GuardAsync(context, async () =>
    {
        var parameters = context.Request.Query;
        var query = EventFilter.Read(parameters) with { Cursor = EventFilter.Text(parameters, "cursor") };
        if (EventExport.Wanted(context.Request) is { } format)
        {
            await export.SendAsync(context, format, query, EventFilter.Number(parameters, "limit", int.MaxValue));
            return Results.Empty;
        }
        query = query with { Limit = EventFilter.Number(parameters, "limit", EventQuery.MaxLimit) ?? query.Limit };
        if (EventFilter.Text(parameters, "after") is { } after)
        {
            var later = await events.ReadAfterAsync(after, query, context.RequestAborted);
            return Results.Json(new { events = later.Events.Select(EventRow.Of), after = later.After, hasMore = later.HasMore });
        }
        var page = await events.QueryAsync(query, context.RequestAborted);
        return Results.Json(new { events = page.Events.Select(EventRow.Of), nextCursor = page.NextCursor });
    });

    private static Task<IResult> FindAsync(HttpContext context, IEventLog events, string id) => GuardAsync(context, async () =>
        await events.FindAsync(id, context.RequestAborted) is { } found
            ? Results.Json(EventRow.Of(found))
            : await Api.WrongAsync(context, $"There is no event {Api.Quote(id)}, or no more: events are kept for Events:Retention.", StatusCodes.Status404NotFound));

    private static Task<IResult> SummarizeAsync(HttpContext context, IEventLog events, TimeProvider time) => GuardAsync(context, async () =>
    {
        var parameters = context.Request.Query;
        var until = EventFilter.Time(parameters, "until") ?? time.GetUtcNow();
        var since = EventFilter.Time(parameters, "since") ?? until - SummaryLength;
        var step = TimeSpan.FromHours(EventFilter.Number(parameters, "step", 24 * 366) ?? 1);
        try
        {
            return Results.Json(await events.SummarizeAsync(since, until, step, context.RequestAborted));
        }
        catch (ArgumentOutOfRangeException)
        {
            return await Api.WrongAsync(context, $"since must lie before until, and between them at most {EventSummary.MaxSteps} steps of as many hours as step says.");
        }
    });

    /// <summary>A wrong filter, id or cursor is 400, and says which; a store that is away is 503.</summary>
    private static Task<IResult> GuardAsync(HttpContext context, Func<Task<IResult>> work) => Api.Guard(context, async () =>
    {
        try
        {
            return await work();
        }
        catch (FormatException error)
        {
            return await Api.WrongAsync(context, error.Message);
        }
    });
}
