using System.Security.Claims;
using Hashgate.Core.Trust;
using Hashgate.Storage.Sessions;
using Microsoft.AspNetCore.Authentication;

namespace Hashgate.Proxy.Access;

/// <summary>
/// The dashboard's sessions: a sealed cookie that names a token and its fingerprint, and ends after <c>Admin:SessionLifetime</c>. Nothing of it is kept here, and it says
/// nothing of a role: what the token may do, and whether there still is such a token, is looked up at each request.
/// </summary>
internal sealed class Sessions(TokenAuthority tokens, ISessionKeys keys, TimeProvider time)
{
    public const string Plain = "hashgate-session";

    /// <summary>Over https: browsers take a cookie of this name only from this very host, over https and for all of its paths.</summary>
    public const string Secure = "__Host-hashgate-session";

    private const string Fingerprint = "fingerprint";

    public static bool HasCookie(HttpRequest request) => request.Cookies.ContainsKey(Scheme(request));

    /// <summary>Whose session the request's cookie is of; null where it is nobody's any more.</summary>
    public async ValueTask<Caller?> FindAsync(HttpContext context)
    {
        try
        {
            await keys.LoadAsync(context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            return Caller.Anyone with { Trouble = SessionKeys.Away };
        }
        var result = await context.AuthenticateAsync(Scheme(context.Request));
        // The framework looks once in a request, and a stream of events is one that goes on.
        if (result.Properties?.ExpiresUtc <= time.GetUtcNow()) return null;
        var session = result.Principal;
        return session?.FindFirstValue(ClaimTypes.Name) is { } name && session.FindFirstValue(Fingerprint) is { } fingerprint && tokens.FindSession(name, fingerprint) is { } role
            ? new Caller(name, role) { Proof = CallerProof.Session }
            : null;
    }

    /// <summary>Begins a session of whoever holds a token.</summary>
    /// <exception cref="StoreUnavailableException">The keys can't be had.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A key can't be made.</exception>
    public async Task BeginAsync(HttpContext context, string name, string token)
    {
        await keys.LoadAsync(context.RequestAborted);
        var scheme = Scheme(context.Request);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(Fingerprint, TokenAuthority.Fingerprint(token))], scheme);
        await context.SignInAsync(scheme, new ClaimsPrincipal(identity));
    }

    /// <summary>Has the browser forget its session.</summary>
    public static Task EndAsync(HttpContext context) => context.SignOutAsync(Scheme(context.Request));

    // Each is the name of a scheme and of its cookie.
    private static string Scheme(HttpRequest request) => request.IsHttps ? Secure : Plain;
}
