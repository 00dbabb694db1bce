using System.Net;
using System.Security.Cryptography.X509Certificates;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Builds the one handler through which everything of an upstream goes: pages, files and what YARP passes on.</summary>
internal static class UpstreamHandlers
{
    public static HttpMessageInvoker Create(
        Upstream upstream, HopPolicy policy, string userAgent, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time)
    {
        var connector = new GuardedConnector(upstream, policy, resolve, time);
        var sockets = new SocketsHttpHandler
        {
            ConnectCallback = connector.ConnectAsync,
            ConnectTimeout = upstream.Timeout,
            MaxConnectionsPerServer = upstream.MaxConcurrent,
            // A connection outlives neither a change of address nor a renewed check of it by much.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            // Nothing of a client's request goes upstream, the id of its trace included.
            ActivityHeadersPropagator = null,
            UseProxy = upstream.Proxy is not null,
        };
        if (upstream.Proxy is { } proxy) sockets.Proxy = new WebProxy(new UriBuilder(proxy) { UserName = "", Password = "" }.Uri) { Credentials = CredentialsOf(proxy) };
        if (upstream.CaFile is { } file) sockets.SslOptions.CertificateChainPolicy = TrustOnly(file);
        return new HttpMessageInvoker(new GuardedHandler(upstream, policy, userAgent, time) { InnerHandler = sockets });
    }

    private static NetworkCredential? CredentialsOf(Uri proxy)
    {
        if (proxy.UserInfo.Length == 0) return null;
        var parts = proxy.UserInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    private static X509ChainPolicy TrustOnly(string caFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return policy;
    }
}
