using Hashgate.Core.Events;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary><c>/api/v1/policy/restore</c> and <c>accept</c>: an operator's word on a policy store that was emptied, set back or exchanged.</summary>
internal static class PolicyStoreEndpoints
{
    public static void MapPolicyStore(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/policy/restore", RestoreAsync).RequireRole(Role.Operate);
        routes.MapPost("/api/v1/policy/accept", AcceptAsync).RequireRole(Role.Operate);
    }

    private static Task<IResult> RestoreAsync(HttpContext context, PolicyWatch watch, Acts acts, TimeProvider time) => Api.Guard(context, async () =>
    {
        var (count, why) = await acts.DoAsync(
            Act(context, time, "restores the policy store"),
            () => watch.RestoreAsync(context.RequestAborted),
            static result => result.Why is null ? $"restored the policy store: {result.Count} documents were put back" : $"the policy store was not restored: {result.Why}");
        if (why is not null) return await Api.WrongAsync(context, why, StatusCodes.Status409Conflict);
        return Results.Json(new { documents = count });
    });

    private static Task<IResult> AcceptAsync(HttpContext context, AcceptPolicyStoreRequest request, PolicyWatch watch, Acts acts, TimeProvider time) => Api.Guard(context, async () =>
    {
        if (request.Problem is { } problem) return await Api.WrongAsync(context, problem);
        var why = await acts.DoAsync(
            Act(context, time, $"accepted the policy store as it is: {request.Reason}"),
            () => watch.AcceptAsync(context.RequestAborted),
            static why => why is null ? null : $"the policy store was not accepted: {why}");
        if (why is not null) return await Api.WrongAsync(context, why, StatusCodes.Status409Conflict);
        return Results.Json(new { accepted = true });
    });

    private static Event Act(HttpContext context, TimeProvider time, string what) =>
        new() { Kind = EventKinds.Acted, When = time.GetUtcNow(), Actor = context.Caller().Name, Reason = what };
}

/// <summary>Take the policy store as it is.</summary>
/// <param name="Reason">Why; goes on record. At most 1000 characters.</param>
public sealed record AcceptPolicyStoreRequest(string? Reason)
{
    internal string? Problem => string.IsNullOrWhiteSpace(Reason) || Reason.Length > WaiverOperations.MaxReason
        ? $"reason is missing or longer than {WaiverOperations.MaxReason} characters: it goes on record."
        : null;
}
