using System.Net;
using System.Security.Cryptography.X509Certificates;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>Builds the one handler through which everything of an upstream goes: pages, files and what YARP passes on.</summary>
internal static class UpstreamHandlers
{
    /// <param name="times">Where it is measured, if at all.</param>
    public static HttpMessageInvoker Create(
        Upstream upstream, HopPolicy policy, string userAgent, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time, RequestTimes? times = null)
    {
        var connector = new GuardedConnector(upstream, policy, resolve, time);
        var sockets = Plain(upstream.Timeout, upstream.MaxConcurrent, upstream.CaFile);
        sockets.ConnectCallback = connector.ConnectAsync;
        if (upstream.Proxy is { } proxy)
        {
            sockets.UseProxy = true;
            sockets.Proxy = new WebProxy(new UriBuilder(proxy) { UserName = "", Password = "" }.Uri) { Credentials = CredentialsOf(proxy) };
        }
        var guarded = new GuardedHandler(upstream, policy, userAgent, time) { InnerHandler = sockets };
        return new HttpMessageInvoker(times is null ? guarded : new TimedHandler(times, time) { InnerHandler = guarded });
    }

    /// <summary>Asks servers and does nothing on its own account: follows no redirect, keeps no cookie, reads no proxy from the environment.</summary>
    /// <param name="caFile">A PEM file of authorities that are trusted instead of the system's.</param>
    public static SocketsHttpHandler Plain(TimeSpan connectTimeout, int maxConnections, string? caFile)
    {
        var sockets = new SocketsHttpHandler
        {
            ConnectTimeout = connectTimeout,
            MaxConnectionsPerServer = maxConnections,
            // A connection outlives neither a change of address nor a renewed check of it by much.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            // Nothing of a client's request goes out, the id of its trace included.
            ActivityHeadersPropagator = null,
            UseProxy = false,
        };
        if (caFile is not null) sockets.SslOptions.CertificateChainPolicy = TrustOnly(caFile);
        return sockets;
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
