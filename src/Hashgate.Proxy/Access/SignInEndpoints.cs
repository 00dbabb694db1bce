using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Dashboard;
using Hashgate.Proxy.Dashboard.Pages;
using Hashgate.Proxy.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace Hashgate.Proxy.Access;

/// <summary><c>/dashboard/sign-in</c> and <c>sign-out</c>: a token is typed in, and a session begun.</summary>
internal static class SignInEndpoints
{
    private const int MaxBytes = 16 << 10;

    /// <param name="dashboard">The group of <c>/dashboard</c>, with its headers.</param>
    public static void MapSignIn(this IEndpointRouteBuilder dashboard)
    {
        dashboard.MapGet("/sign-in", GetAsync).WithMetadata(new FormForAnyone()).ReadBy(Readers.Everyone);
        dashboard.MapPost("/sign-in", PostAsync).WithMetadata(new FormForAnyone(), new RequestSizeLimitAttribute(MaxBytes)).ReadBy(Readers.Everyone);
        dashboard.MapPost("/sign-out", SignOutAsync).RequireRole(Role.View).WithMetadata(new RequestSizeLimitAttribute(MaxBytes));
    }

    private static async Task<IResult> GetAsync(HttpContext context, RoleGate gate, RequestInfo requests)
    {
        var caller = await gate.EnterAsync(context);
        var path = LocalReturn.Check(context.Request.Query["return"]);
        if (!requests.IsOwnHost(context)) return Page(StatusCodes.Status403Forbidden, RequestInfo.NotOwnHost, path);
        return caller.Trouble is { } trouble ? Page(StatusCodes.Status503ServiceUnavailable, trouble, path) : Page(StatusCodes.Status200OK, null, path);
    }

    private static async Task<IResult> PostAsync(HttpContext context, RoleGate gate, AntiForgery antiForgery, SignIn signIn, RequestInfo requests)
    {
        await gate.EnterAsync(context);
        if (!requests.IsOwnHost(context)) return Page(StatusCodes.Status403Forbidden, RequestInfo.NotOwnHost, null);
        if (await antiForgery.ProblemAsync(context) is { } problem) return Page(problem == SessionKeys.Away ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status403Forbidden, problem, null);
        if (!context.Request.HasFormContentType) return Page(StatusCodes.Status415UnsupportedMediaType, "That is no form of this page.", null);

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var path = LocalReturn.Check(form["return"]);
        var (status, why) = await signIn.TryAsync(context, form["credential"].ToString().Trim());
        return why is null ? LocalReturn.To(context, path) : Page(status, why, path);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, SignIn signIn)
    {
        await signIn.EndAsync(context);
        return new SeeOther($"{LocalReturn.Up(context)}dashboard/sign-in");
    }

    private static PageResult<SignInPage, SignInForm> Page(int status, string? wrong, string? path) => new(new SignInForm(wrong, LocalReturn.Check(path)), status);
}
