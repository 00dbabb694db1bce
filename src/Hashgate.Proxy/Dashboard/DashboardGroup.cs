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
            var up = string.Concat(Enumerable.Repeat("../", request.Path.Value!.Count(c => c == '/') - 1));
            return ValueTask.FromResult<object?>(new SeeOther($"{up}dashboard/sign-in{back}"));
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

    /// <summary>A page that says what is wrong, and what to do.</summary>
    // The generator of request delegates can't see components: what it meets returns the interface.
    public static IResult Trouble(int status, string title, string text) => new PageResult<TroublePage, Trouble>(new Trouble(title, text), status);
}
