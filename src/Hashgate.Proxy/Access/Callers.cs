using System.Net;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Access;

/// <summary>Tells who calls; nobody else does. A token in a query means nothing.</summary>
internal sealed class Callers(TokenAuthority tokens, Sessions sessions, SingleSignOn signOn, RequestInfo requests)
{
    private static readonly string[] ForwardingHeaders = [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "X-Original-URL", "Via",
        // What the framework leaves in place of the headers that it has read from a trusted proxy.
        "X-Original-For", "X-Original-Host", "X-Original-Proto",
    ];

    /// <summary>Who calls: by the token in the header, else by the session's cookie, else by what a trusted proxy says, else by being on this machine.</summary>
    public async ValueTask<Caller> IdentifyAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && tokens.Find(header["Bearer ".Length..].Trim()) is var (name, role))
            return new Caller(name, role) { Proof = CallerProof.Token };
        var ambient = await AmbientAsync(context);
        if (ambient is { IsAmbient: true }) return ambient;
        if (tokens.IsGenerated && !signOn.IsConfigured && IsLocal(context)) return new Caller("local", Role.View) { Proof = CallerProof.Address };
        return ambient ?? Caller.Anyone;
    }

    /// <summary>By what a browser sends of itself, which counts only under a host that no other site can take for its own.</summary>
    private async ValueTask<Caller?> AmbientAsync(HttpContext context)
    {
        var (hasCookie, hasHeader) = (Sessions.HasCookie(context.Request), signOn.Names(context));
        if (!hasCookie && !hasHeader) return null;
        if (!requests.IsOwnHost(context)) return Caller.Anyone with { Trouble = RequestInfo.NotOwnHost };
        var session = hasCookie ? await sessions.FindAsync(context) : null;
        return session is { IsAmbient: true } || !hasHeader ? session : signOn.Find(context);
    }

    /// <summary>
    /// A person on this machine: by address, by the host they typed, and through no proxy that says so. A stock nginx on this machine says
    /// nothing, and asks for the host it was told to ask; it speaks HTTP/1.0, which no browser and no command-line client does.
    /// </summary>
    private static bool IsLocal(HttpContext context) =>
        !HttpProtocol.IsHttp10(context.Request.Protocol) && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]")
        && !ForwardingHeaders.Any(context.Request.Headers.ContainsKey);
}
