using Hashgate.Proxy.Access;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.ClientTokens;

/// <summary><c>/api/v1/tokens</c>: the tokens that installers read with.</summary>
internal static class TokenEndpoints
{
    public static void MapClientTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/api/v1/tokens");
        tokens.MapGet("/", ListAsync).RequireRole(Role.View);
        tokens.MapPost("/", CreateAsync).RequireRole(Role.Operate);
        tokens.MapDelete("/{id}", RevokeAsync).RequireRole(Role.Operate);
    }

    private static Task<IResult> ListAsync(HttpContext context, TokenOperations tokens) => Api.Guard(context, async () =>
        Results.Json(new { tokens = await tokens.ListAsync(context.RequestAborted) }));

    private static Task<IResult> CreateAsync(HttpContext context, ClientTokenRequest request, TokenOperations tokens) => Api.Guard(context, async () =>
    {
        var (made, why) = await tokens.CreateAsync(request, context.Caller().Name, context.RequestAborted);
        if (made is null) return await Api.WrongAsync(context, why!);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(made, statusCode: StatusCodes.Status201Created);
    });

    private static Task<IResult> RevokeAsync(HttpContext context, string id, string? reason, TokenOperations tokens) => Api.Guard(context, async () =>
        reason?.Length > TokenOperations.MaxReason ? await Api.WrongAsync(context, $"reason is longer than {TokenOperations.MaxReason} characters.")
        : await tokens.RevokeAsync(id, context.Caller().Name, reason, context.RequestAborted) ? Results.NoContent()
        : await Api.WrongAsync(context, $"There is no token {Api.Quote(id)}.", StatusCodes.Status404NotFound));
}
