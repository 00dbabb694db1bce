using System.Net;

namespace Hashgate.Proxy.Access;

/// <summary>A caller and what they may do.</summary>
/// <param name="Name">Stands in the records as the actor.</param>
public sealed record Caller(string Name, Role Role)
{
    /// <summary>Whether a token told the name: one person or script, and not whoever can reach this address.</summary>
    public bool IsSignedIn { get; init; }
}

/// <summary>Tells who calls. A token in a query means nothing.</summary>
public sealed class Callers(TokenAuthority tokens)
{
    private static readonly string[] ForwardingHeaders = [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "X-Original-URL", "Via",
        // What the framework leaves in place of the headers that it has read from a trusted proxy.
        "X-Original-For", "X-Original-Host", "X-Original-Proto",
    ];

    public Caller Identify(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && tokens.Find(header["Bearer ".Length..].Trim()) is var (name, role)) return new Caller(name, role) { IsSignedIn = true };
        return tokens.IsGenerated && IsLocal(context) ? new Caller("local", Role.View) : new Caller("anyone", Role.None);
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
