namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary><c>/dashboard/events/{id}</c>: the whole story of one event.</summary>
internal static class EventStoryEndpoint
{
    public static void MapEventStory(this IEndpointRouteBuilder pages) => pages.MapGet("/events/{id}", GetAsync);

    private static async Task<IResult> GetAsync(HttpContext context, string id, EventStoryReader reader) =>
        await reader.ReadAsync(id, context.RequestAborted) is { } story
            ? new PageResult<EventStoryPage, EventStory>(story)
            : DashboardGroup.Trouble(StatusCodes.Status404NotFound, "Not found", "There is no such event, or it is older than events are kept.", "/dashboard/blocked");
}
