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

    /// <summary>
    /// Whether a form comes from a page of ours. Browsers say where a form comes from, in one header or the other; what says neither is no
    /// browser, and carries nobody's rights but its own.
    /// </summary>
    public bool IsSameOrigin(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site is "same-origin" or "none";
        if (headers.Origin.ToString() is not { Length: > 0 } origin) return true;
        return string.Equals(origin, Origin(context.Request), StringComparison.OrdinalIgnoreCase)
            || (settings.PublicUrl is { } url && string.Equals(origin, new Uri(url).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));
    }

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
