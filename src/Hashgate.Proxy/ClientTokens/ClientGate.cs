using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.ClientTokens;

/// <summary>
/// Lets installers read by their tokens. It stands at two places: in front of the paths that skip the router, and behind the router in front of every endpoint that
/// asks for no role. There a new one is closed until it says who may read it.
/// </summary>
internal sealed class ClientGate(HashgateSettings settings, TokensInForce tokens, TokenRefusals refusals, Callers callers)
{
    private readonly ClientTokenMode _mode = settings.Access.ClientTokens;

    private bool IsOff => _mode == ClientTokenMode.Off;

    /// <summary>Null where the request may read; else the refusal, under way.</summary>
    public Task? Check(HttpContext context)
    {
        if (IsOff) return null;
        var check = Read(context);
        return Admits(check) ? null : refusals.WriteAsync(context, check, forPeople: false);
    }

    /// <summary>How events name the token that a request came with; null where it has none that is in force.</summary>
    public string? ActorOf(HttpContext context) => !IsOff && Read(context) is { State: TokenState.InForce, Token.Actor: var actor } ? actor : null;

    /// <summary>Holds an endpoint's callers to what it asks of them.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsOff || context.GetEndpoint() is not { Metadata: var metadata } || metadata.GetMetadata<RequiredRole>() is not null) return next(context);
        return (metadata.GetMetadata<ReadersMetadata>()?.Readers ?? Readers.Installers) switch
        {
            Readers.Everyone => next(context),
            Readers.People => AskPersonAsync(context, next),
            Readers.Installers or _ => Check(context) ?? next(context),
        };
    }

    /// <summary>Who opens a link from an installer's output has the installer's token, or may look at the dashboard.</summary>
    private async Task AskPersonAsync(HttpContext context, RequestDelegate next)
    {
        var check = Read(context);
        if (Admits(check) || (await callers.IdentifyAsync(context)).Role >= Role.View) await next(context);
        else await refusals.WriteAsync(context, check, forPeople: true);
    }

    private TokenCheck Read(HttpContext context) => tokens.Check(context.Request.Headers.Authorization.ToString());

    // A password for something else that a client sends of itself is no wrong token: only where tokens are required must somebody be told.
    private bool Admits(TokenCheck check) =>
        check.State == TokenState.InForce || (_mode == ClientTokenMode.Optional && check.State is TokenState.Missing or TokenState.Foreign);
}
