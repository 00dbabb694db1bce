using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/events</c>: what happened, newest first.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/events", GetAsync).RequireRole(Role.View);

    private static async Task<IResult> GetAsync(
        HttpContext context, IEventLog events, string? kind, string? project, string? rule, string? client, string? q, string? since, string? until, int? limit, string? cursor)
    {
        if (!TryTime(since, out var from) || !TryTime(until, out var to) || limit is < 1 or > 1000)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Wrong filter", "since and until are times such as 2026-01-31T12:00:00Z, limit is from 1 to 1000.");
            return Results.Empty;
        }
        return await Api.Guard(context, async () =>
        {
            var page = await events.QueryAsync(new EventQuery(kind?.Split(','), project, rule, client, q, from, to, limit ?? 100, cursor), context.RequestAborted);
            return Results.Json(new { events = page.Events.Select(Row), nextCursor = page.NextCursor });
        });
    }

    private static object Row(StoredEvent stored) => new
    {
        id = stored.Id,
        kind = stored.Event.Kind,
        when = stored.Event.When,
        upstream = stored.Event.Upstream,
        project = stored.Event.Project?.Value,
        version = stored.Event.Version,
        filename = stored.Event.Filename,
        rule = stored.Event.Rule,
        reason = stored.Event.Reason,
        client = stored.Event.Client,
        userAgent = stored.Event.UserAgent,
        requestId = stored.Event.RequestId,
        actor = stored.Event.Actor,
        count = stored.Event.Count,
    };

    private static bool TryTime(string? text, out DateTimeOffset? time)
    {
        time = null;
        if (text is null) return true;
        var read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value);
        time = value;
        return read;
    }
}
