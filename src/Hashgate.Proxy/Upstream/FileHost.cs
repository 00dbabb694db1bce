using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Proxy.Upstreams;

/// <summary>
/// One entry of <c>FileHosts</c>. <c>host</c> is that host at its scheme's own port (443, or 80 where clear text is allowed);
/// <c>host:port</c> is that port and no other. No part of a name matches: a subdomain is another host.
/// </summary>
internal readonly record struct FileHost(string Host, int? Port)
{
    private static readonly SearchValues<char> NotOfAHost = SearchValues.Create("/\\@?#% \t");

    public static bool TryParse(string? text, [NotNullWhen(true)] out FileHost? host)
    {
        host = null;
        // Nothing but a host and a port may be in it, so that the URL around it can't be turned into another.
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAny(NotOfAHost)) return false;
        if (!Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var url) || url.IdnHost.Length == 0) return false;
        var afterHost = text.AsSpan(text.LastIndexOf(']') + 1);
        host = new FileHost(url.IdnHost, afterHost.Contains(':') ? url.Port : null);
        return true;
    }

    public bool Matches(Uri url) =>
        string.Equals(url.IdnHost, Host, StringComparison.OrdinalIgnoreCase) && (Port is { } port ? url.Port == port : url.IsDefaultPort);
}
