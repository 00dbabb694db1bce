using Hashgate.Proxy.Access;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Dashboard.Acting;
using Hashgate.Proxy.Hosting.Settings;
using Microsoft.AspNetCore.Mvc;

namespace Hashgate.Proxy.Dashboard.TokenList;

/// <summary><c>/dashboard/tokens</c>: the tokens that installers read with. A new one stands on the answer to its form, and nowhere else.</summary>
internal static class TokenPageEndpoints
{
    public static void MapTokenPage(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/tokens", static (HttpContext context, TokenOperations tokens, HashgateSettings settings) => PageAsync(context, tokens, settings, null));
        pages.MapPost("/tokens", CreateAsync).ForOperators().WithMetadata(new RequestSizeLimitAttribute(ActFields.MaxBytes));
        pages.MapPost("/act/revoke-token", RevokeAsync).ForOperators().WithMetadata(new RequestSizeLimitAttribute(ActFields.MaxBytes));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, TokenOperations tokens, HashgateSettings settings, TimeProvider time)
    {
        NewClientToken? made = null;
        var answer = await ActEndpoints.DoAsync(context, "token-made", async form =>
        {
            (made, var why) = await tokens.CreateAsync(new ClientTokenRequest(form["label"], form.Ends("days", time.GetUtcNow())), context.Caller().Name, context.RequestAborted);
            return why;
        });
        return made is null ? answer : await PageAsync(context, tokens, settings, made);
    }

    private static Task<IResult> RevokeAsync(HttpContext context, TokenOperations tokens) => ActEndpoints.DoAsync(context, "token-revoked", async form =>
        form["reason"] is not { } reason ? "A reason is missing: it goes on record."
        : reason.Length > TokenOperations.MaxReason ? $"The reason is longer than {TokenOperations.MaxReason} characters."
        : await tokens.RevokeAsync(form["id"] ?? "", context.Caller().Name, reason, context.RequestAborted) ? null : "The token is gone already.");

    private static async Task<IResult> PageAsync(HttpContext context, TokenOperations tokens, HashgateSettings settings, NewClientToken? made) =>
        new PageResult<TokensPage, TokensOverview>(new TokensOverview(settings.Access.ClientTokens, await tokens.ListAsync(context.RequestAborted), made));
}

/// <summary>The tokens there are.</summary>
/// <param name="Made">The one that was just made; null where none was.</param>
public sealed record TokensOverview(ClientTokenMode Mode, IReadOnlyList<ClientTokenRow> Tokens, NewClientToken? Made);
