using Hashgate.Core.Trust;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Dashboard.Pages;

namespace Hashgate.Proxy.Dashboard;

/// <summary>What the addresses under <c>/dashboard</c> answer alike.</summary>
internal static class DashboardGroup
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Lets nothing in from elsewhere, leaks no address, keeps nothing, and is framed by nobody.</summary>
    public static TBuilder WithDashboardHeaders<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(static (invocation, next) =>
        {
            WriteHeaders(invocation.HttpContext.Response.Headers);
            return next(invocation);
        });

    /// <summary>The headers of every answer under <c>/dashboard</c> but those of its assets.</summary>
    public static void WriteHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        // Other sites learn no address of ours. Under no-referrer a browser would not tell ourselves either where a form comes from.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>Whether the request is for a page or an act of the dashboard.</summary>
    public static bool Has(HttpContext context) => context.Request.Path.StartsWithSegments("/dashboard");

    /// <summary>Lets viewers through; a person who is none is sent to sign in, and comes back to where they wanted to go.</summary>
    public static TBuilder ForViewers<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.RequireRole(Role.View);

    /// <summary>Leads whoever wanted to look at a page to the sign-in, and back to the page afterwards.</summary>
    public static IResult AskToSignIn(HttpContext context)
    {
        WriteHeaders(context.Response.Headers);
        return new SeeOther($"{LocalReturn.Up(context)}dashboard/sign-in?return={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
    }

    /// <summary>A store that is away is a page that says so.</summary>
    public static TBuilder WithTroublePages<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(static async (invocation, next) =>
        {
            try
            {
                return await next(invocation);
            }
            catch (StoreUnavailableException error)
            {
                return Trouble(StatusCodes.Status503ServiceUnavailable, "Not to be had now", error.Message);
            }
        });

    /// <summary>Lets operators' forms through, from pages of ours alone. Whoever may only look is told so.</summary>
    public static TBuilder ForOperators<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.RequireRole(Role.Operate);

    /// <summary>A page that says what is wrong, and what to do.</summary>
    // The generator of request delegates can't see components: what it meets returns the interface.
    public static IResult Trouble(int status, string title, string text, string? back = null) => new PageResult<TroublePage, Trouble>(new Trouble(title, text, back), status);
}
