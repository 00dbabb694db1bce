using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Access;

/// <summary>Lets only callers with a role through.</summary>
internal static class RequireRoleExtensions
{
    private static readonly object CallerKey = new();

    /// <summary>401 for callers without a name, 403 for those who may less.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, Role least) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            if (context.TryEnter(least)) return await next(invocation);
            var caller = context.Caller();
            if (caller.Role == Role.None) context.Response.Headers.WWWAuthenticate = "Bearer realm=\"hashgate\"";
            await Problem.WriteAsync(
                context,
                caller.Role == Role.None ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden,
                "Not allowed",
                $"This needs a token that may {(least == Role.Operate ? "operate" : "view")}, sent as 'Authorization: Bearer …'; without configured tokens the operator's is in the file admin-token of the data directory.");
            return Results.Empty;
        });

    /// <summary>Whether whoever calls has the role; <see cref="Caller"/> tells who it is.</summary>
    public static bool TryEnter(this HttpContext context, Role least) => context.Caller().Role >= least;

    /// <summary>Who calls, told once for a request.</summary>
    public static Caller Caller(this HttpContext context)
    {
        if (context.Items.TryGetValue(CallerKey, out var known)) return (Caller)known!;
        var caller = context.RequestServices.GetRequiredService<Callers>().Identify(context);
        context.Items[CallerKey] = caller;
        return caller;
    }
}
