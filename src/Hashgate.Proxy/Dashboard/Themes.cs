namespace Hashgate.Proxy.Dashboard;

/// <summary>Light or dark, kept in a cookie, so that the first byte of a page knows it and nothing flickers.</summary>
internal static class Themes
{
    private const string Cookie = "hashgate-theme";

    public static string? Of(HttpContext context) => context.Request.Cookies[Cookie] is "light" or "dark" ? context.Request.Cookies[Cookie] : null;

    /// <summary><c>/dashboard/theme?to=dark&amp;return=/dashboard</c>: remembers, and goes back. It changes nothing that anybody else sees.</summary>
    public static IResult Set(HttpContext context, string? to, string? @return)
    {
        var options = new CookieOptions { Path = "/", HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromDays(400) };
        if (to is "light" or "dark") context.Response.Cookies.Append(Cookie, to, options);
        else context.Response.Cookies.Delete(Cookie, options);
        return LocalReturn.To(context, @return);
    }
}
