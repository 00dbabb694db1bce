namespace Hashgate.Proxy.Access;

/// <summary>What an endpoint asks of its callers; <see cref="RoleGate"/> holds them to it.</summary>
internal sealed record RequiredRole(Role Least);

/// <summary>Lets only callers with a role through.</summary>
internal static class RequireRoleExtensions
{
    private static readonly object CallerKey = new();

    /// <summary>401 for callers without a name, 403 for those who may less; whoever wants to look at a page of the dashboard is sent to the sign-in.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, Role least) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRole(least));

    /// <summary>Who calls, where the address asks for a role; nobody that is known anywhere else.</summary>
    public static Caller Caller(this HttpContext context) => context.Items.TryGetValue(CallerKey, out var known) ? (Caller)known! : Access.Caller.Anyone;

    internal static void SetCaller(this HttpContext context, Caller caller) => context.Items[CallerKey] = caller;
}
