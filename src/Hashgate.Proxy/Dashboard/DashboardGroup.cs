using Hashgate.Core.Trust;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Dashboard.Pages;
using Hashgate.Proxy.Hosting;

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
            var headers = invocation.HttpContext.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-store";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return next(invocation);
        });

    /// <summary>Lets viewers through; a person who is none is sent to sign in, and comes back to where they wanted to go.</summary>
    public static TBuilder ForViewers<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(static (invocation, next) =>
        {
            var context = invocation.HttpContext;
            if (context.TryEnter(Role.View)) return next(invocation);
            var request = context.Request;
            // Only an address that is looked at is come back to.
            var back = HttpMethods.IsGet(request.Method) ? "?return=" + Uri.EscapeDataString(request.Path + request.QueryString) : "";
            return ValueTask.FromResult<object?>(new SeeOther($"{LocalReturn.Up(context)}dashboard/sign-in{back}"));
        });

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
    public static TBuilder ForOperators<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter(static async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            if (!context.TryEnter(Role.Operate)) return Trouble(StatusCodes.Status403Forbidden, "Not allowed", "This needs a token that may operate: sign in with one.");
            if (!context.RequestServices.GetRequiredService<RequestInfo>().IsSameOrigin(context))
                return Trouble(StatusCodes.Status403Forbidden, "Not done", "The form came from another site's page: send it from the one on this dashboard.");
            return await next(invocation);
        });

    /// <summary>A page that says what is wrong, and what to do.</summary>
    // The generator of request delegates can't see components: what it meets returns the interface.
    public static IResult Trouble(int status, string title, string text, string? back = null) => new PageResult<TroublePage, Trouble>(new Trouble(title, text, back), status);
}
