using Hashgate.Core.Policy;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Lists;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/lists/{allowlist|blocklist}</c>: what is on a list, and what operators add to it.</summary>
internal static class PolicyListEndpoints
{
    public static void MapPolicyLists(this IEndpointRouteBuilder routes)
    {
        var lists = routes.MapGroup("/api/v1/lists/{list}");
        lists.MapGet("/", ShowAsync).RequireRole(Role.View);
        lists.MapPost("/", AddAsync).RequireRole(Role.Operate);
        lists.MapDelete("/{id}", RemoveAsync).RequireRole(Role.Operate);
    }

    private static Task<IResult> ShowAsync(HttpContext context, string list, ListOperations operations) => ForList(context, list, async () =>
        Results.Json(await operations.ShowAsync(list, context.RequestAborted)));

    private static Task<IResult> AddAsync(HttpContext context, string list, ListEntryRequest request, ListOperations operations) => ForList(context, list, async () =>
    {
        var (added, why) = await operations.AddAsync(list, request, context.Caller().Name, context.RequestAborted);
        return added is null ? await Api.WrongAsync(context, why!) : Results.Json(added, statusCode: StatusCodes.Status201Created);
    });

    private static Task<IResult> RemoveAsync(HttpContext context, string list, string id, string? reason, ListOperations operations) => ForList(context, list, async () =>
    {
        if (string.IsNullOrWhiteSpace(reason)) return await Api.WrongAsync(context, "reason is missing: it goes on record. Send it as ?reason=...");
        if (await operations.RemoveAsync(list, id, reason, context.Caller().Name, context.RequestAborted)) return Results.NoContent();
        await Problem.WriteAsync(context, StatusCodes.Status404NotFound, "Not found", $"The {list} has no such entry that was added at run time.");
        return Results.Empty;
    });

    private static Task<IResult> ForList(HttpContext context, string list, Func<Task<IResult>> work) => Api.Guard(context, async () =>
    {
        if (list is RuleNames.Allowlist or RuleNames.Blocklist) return await work();
        await Refusal.WriteMissingAsync(context, "There are two lists: allowlist and blocklist.");
        return Results.Empty;
    });
}

/// <summary>Add an entry to a list.</summary>
/// <param name="Entry">In the lists' syntax, without a comment: <c>requests&gt;=2.31,&lt;3</c>.</param>
/// <param name="Reason">Why; goes on record, and on the blocklist to whoever is refused.</param>
internal sealed record ListEntryRequest(string? Entry, string? Reason);
