using System.Security.Claims;
using Hashgate.Proxy.Dashboard;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Access;

/// <summary>
/// Stands between the router and every endpoint that asks for a role, before anything of the request's body is read. What a browser proves by itself (a cookie, a
/// proxy's headers) is good for looking; to change something, the request must also come from one of our own pages.
/// </summary>
internal sealed class RoleGate(Callers callers, AntiForgery antiForgery)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetOrderedMetadata<RequiredRole>() is not { Count: > 0 } required)
        {
            await next(context);
            return;
        }
        var least = required.Max(static r => r.Least);
        var caller = await EnterAsync(context);
        if (caller.Role < least) await DenyAsync(context, caller, least);
        else if (await ForgeryAsync(context, caller) is { } problem) await WriteAsync(context, StatusCodes.Status403Forbidden, problem);
        else await next(context);
    }

    /// <summary>Finds out who calls, for what follows to know.</summary>
    public async ValueTask<Caller> EnterAsync(HttpContext context)
    {
        var caller = await callers.IdentifyAsync(context);
        context.SetCaller(caller);
        // A form's token is good for this caller alone.
        if (caller.IsAmbient) context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, $"{caller.Proof}:{caller.Name}")], nameof(RoleGate)));
        return caller;
    }

    /// <summary>Finds out who calls an address that is for anyone: by name only who would be let through to change something, else nobody that is known.</summary>
    public async ValueTask<Caller> EnterByNameAsync(HttpContext context)
    {
        var caller = await EnterAsync(context);
        return await ForgeryAsync(context, caller) is null ? caller : Caller.Anyone;
    }

    private async ValueTask<string?> ForgeryAsync(HttpContext context, Caller caller) => IsSafe(context.Request.Method) ? null : caller.Proof switch
    {
        CallerProof.Session or CallerProof.SingleSignOn => await antiForgery.ProblemAsync(context),
        // A local viewer changes nothing: no page needs to prove itself, but another site's has no business here either.
        CallerProof.Address => antiForgery.OriginProblem(context),
        _ => null,
    };

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static Task DenyAsync(HttpContext context, Caller caller, Role least)
    {
        if (caller.Role == Role.None && !caller.IsSignedIn)
        {
            if (caller.Trouble is null && DashboardGroup.Has(context) && IsSafe(context.Request.Method)) return DashboardGroup.AskToSignIn(context).ExecuteAsync(context);
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"hashgate\"";
            return WriteAsync(context, StatusCodes.Status401Unauthorized, caller.Trouble ?? Needed(least));
        }
        return WriteAsync(context, StatusCodes.Status403Forbidden, caller.IsAmbient ? $"{caller.Name} may not {Word(least)} here: the settings under Hashgate:Admin say who may." : Needed(least));
    }

    private static string Needed(Role least) =>
        $"This needs a token that may {Word(least)}, sent as 'Authorization: Bearer …' or typed in at /dashboard/sign-in; without configured tokens the operator's is in the file admin-token of the data directory.";

    private static string Word(Role role) => role == Role.Operate ? "operate" : "view";

    private static Task WriteAsync(HttpContext context, int status, string why)
    {
        if (!DashboardGroup.Has(context)) return Problem.WriteAsync(context, status, "Not allowed", why);
        DashboardGroup.WriteHeaders(context.Response.Headers);
        return DashboardGroup.Trouble(status, "Not allowed", why).ExecuteAsync(context);
    }
}
