using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Where one upstream may send us: its own scheme, host and port, and the file hosts that its settings list.</summary>
internal sealed class HopPolicy
{
    private readonly Upstream _upstream;
    private readonly FileHost[] _hosts;

    /// <exception cref="ArgumentException">An entry of FileHosts is no host.</exception>
    public HopPolicy(Upstream upstream)
    {
        _upstream = upstream;
        _hosts = [.. upstream.FileHosts.Select(text => FileHost.TryParse(text, out var host)
            ? host.Value
            : throw new ArgumentException($"Upstreams:{upstream.Name}:FileHosts has '{text}', which is no host name with an optional port.", nameof(upstream)))];
    }

    /// <summary>Whether a URL has the index's own scheme, host and port; credentials go nowhere else.</summary>
    public bool IsIndex(Uri url) =>
        url.Scheme == _upstream.IndexUrl.Scheme && url.Port == _upstream.IndexUrl.Port
        && string.Equals(url.IdnHost, _upstream.IndexUrl.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether connecting to a private address is allowed for this host.</summary>
    public bool AllowsPrivate(string host) =>
        _upstream.AllowPrivateNetwork
        ?? (AddressGuard.IsWrittenPrivate(_upstream.IndexUrl.IdnHost) && AddressGuard.IsWrittenPrivate(host));

    /// <summary>Why a URL may not be asked; null where it may.</summary>
    /// <param name="from">The URL that redirected to it, if one did.</param>
    public string? Refuse(Uri url, Uri? from)
    {
        if (!url.IsAbsoluteUri) return "the URL is not absolute";
        if (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp) return "its scheme is neither https nor http";
        if (url.UserInfo.Length > 0) return "it carries credentials";
        if (url.Scheme == Uri.UriSchemeHttp)
        {
            if (!(_upstream.AllowHttp ?? _upstream.IndexUrl.Scheme == Uri.UriSchemeHttp)) return "it is clear-text http, which AllowHttp does not allow";
            if (from?.Scheme == Uri.UriSchemeHttps && _upstream.AllowHttp != true) return "it leads from https to clear-text http, which AllowHttp does not allow";
        }
        if (IsIndex(url)) return null;
        foreach (var host in _hosts)
        {
            if (host.Matches(url)) return null;
        }
        return "its host and port are neither the index's own nor listed in FileHosts";
    }
}
