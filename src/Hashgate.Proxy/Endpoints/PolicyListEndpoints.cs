using Hashgate.Core.Policy;
using Hashgate.Core.Trust;
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

    private static Task ShowAsync(HttpContext context, string list, ListOperations operations) => GuardAsync(context, list, async () =>
        await Results.Json(await operations.ShowAsync(list, context.RequestAborted)).ExecuteAsync(context));

    private static Task AddAsync(HttpContext context, string list, ListEntryRequest request, ListOperations operations) => GuardAsync(context, list, async () =>
    {
        var (added, why) = await operations.AddAsync(list, request, context.Caller().Name, context.RequestAborted);
        if (added is null) await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Not done", why!);
        else await Results.Json(added, statusCode: StatusCodes.Status201Created).ExecuteAsync(context);
    });

    private static Task RemoveAsync(HttpContext context, string list, string id, string? reason, ListOperations operations) => GuardAsync(context, list, async () =>
    {
        if (string.IsNullOrWhiteSpace(reason)) await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "Not done", "reason is missing: it goes on record. Send it as ?reason=...");
        else if (!await operations.RemoveAsync(list, id, reason, context.Caller().Name, context.RequestAborted)) await Problem.WriteAsync(context, StatusCodes.Status404NotFound, "Not found", $"The {list} has no such entry that was added at run time.");
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    });

    private static async Task GuardAsync(HttpContext context, string list, Func<Task> work)
    {
        if (list is not (RuleNames.Allowlist or RuleNames.Blocklist))
        {
            await Refusal.WriteMissingAsync(context, "There are two lists: allowlist and blocklist.");
            return;
        }
        try
        {
            await work();
        }
        catch (StoreUnavailableException error)
        {
            await Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not to be had now", error.Message);
        }
    }
}

/// <summary>Add an entry to a list.</summary>
/// <param name="Entry">In the lists' syntax, without a comment: <c>requests&gt;=2.31,&lt;3</c>.</param>
/// <param name="Reason">Why; goes on record, and on the blocklist to whoever is refused.</param>
internal sealed record ListEntryRequest(string? Entry, string? Reason);
