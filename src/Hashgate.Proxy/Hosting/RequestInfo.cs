using System.Net;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Hosting;

/// <summary>What a request tells of itself, read in one place.</summary>
internal sealed class RequestInfo(HashgateSettings settings)
{
    private readonly HashSet<string> _allowedHosts = new(settings.AllowedHosts, StringComparer.OrdinalIgnoreCase);

    /// <summary>In front of <c>/why</c> in what a client is told: the public URL, else the request's host if it may be quoted, else nothing.</summary>
    public string BaseUrl(HttpContext context) =>
        settings.PublicUrl ?? (_allowedHosts.Contains(context.Request.Host.Host) ? Origin(context.Request) : "");

    // Put together from its parts: what else a Host header holds is not repeated.
    private static string Origin(HttpRequest request) =>
        request.Host.Port is { } port ? $"{request.Scheme}://{request.Host.Host}:{port}" : $"{request.Scheme}://{request.Host.Host}";

    /// <summary>What a browser is told under a host that is not ours.</summary>
    public const string NotOwnHost =
        "Nobody can be signed in under this host name, which may be another site's that leads here: open Hashgate by its PublicUrl, or have its operator add the name to AllowedHosts.";

    /// <summary>
    /// Whether what a browser sends of itself counts: under a host that the settings name, or a bare address. A page of another site that has
    /// its own name lead here (DNS rebinding) always comes under that name.
    /// </summary>
    public bool IsOwnHost(HttpContext context)
    {
        var host = context.Request.Host.Host;
        return _allowedHosts.Contains(host) || IPAddress.TryParse(host, out _);
    }

    /// <summary>
    /// Whether nothing speaks against the request being a page's of ours. What isn't said is no proof, which is why the caller asks for an
    /// anti-forgery token too.
    /// </summary>
    public bool IsFromOwnPage(HttpContext context)
    {
        var headers = context.Request.Headers;
        var site = headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin")) return false;
        // Browsers hide the origin under a strict Referrer-Policy, which a proxy may have set.
        return headers.Origin.ToString() switch { "" => true, "null" => site.Length > 0, var origin => IsOwnOrigin(context.Request, origin) };
    }

    /// <summary>
    /// Whether a form comes from a page of ours. Browsers say where a form comes from, in one header or the other; what says neither is no
    /// browser, and carries nobody's rights but its own.
    /// </summary>
    public bool IsSameOrigin(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site is "same-origin" or "none";
        return headers.Origin.ToString() is not { Length: > 0 } origin || IsOwnOrigin(context.Request, origin);
    }

    // A proxy in front may speak https to the browser and say nothing of it here: the host decides, or the public URL as a whole.
    private bool IsOwnOrigin(HttpRequest request, string origin) =>
        (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Scheme is "http" or "https" && request.Host.HasValue && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase))
        || (settings.PublicUrl is { } url && string.Equals(origin, new Uri(url).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));

    /// <summary>The client's address, behind trusted proxies the one they tell.</summary>
    public static string Client(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        return (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "unknown";
    }

    /// <summary>The tool that asked, bounded; hostile text like any header.</summary>
    public static string? UserAgent(HttpContext context)
    {
        var text = context.Request.Headers.UserAgent.ToString();
        return text.Length == 0 ? null : text.Length <= 512 ? text : text[..512];
    }

    /// <summary>Names this request in answers, logs and events.</summary>
    public static string Id(HttpContext context) => context.TraceIdentifier;
}
