using System.Net;
using System.Net.Sockets;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Upstreams;

/// <summary>
/// Opens the connections of one upstream. The addresses that are checked are the ones connected to: a name that resolves to
/// something else a moment later changes nothing.
/// </summary>
internal sealed class GuardedConnector(Upstream upstream, HopPolicy policy, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time)
{
    /// <summary>The longest that one of several addresses is tried, so that a dead one leaves time for the others.</summary>
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(5);

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await resolve(target.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => IsAllowed(target, address));
        if (allowed.Length == 0)
        {
            throw addresses.Length == 0
                ? new SocketException((int)SocketError.HostNotFound)
                : new ForbiddenTargetException($"{FetchErrors.Plain(target.Host)} resolves to no address that may be connected to: private networks need AllowPrivateNetwork");
        }
        for (var i = 0; ; i++)
        {
            var last = i == allowed.Length - 1;
            using var patience = new CancellationTokenSource(last ? Timeout.InfiniteTimeSpan : PerAddress, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(allowed[i], target.Port), either.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception problem) when (problem is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                if (last || cancellationToken.IsCancellationRequested) throw;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private bool IsAllowed(DnsEndPoint target, IPAddress address)
    {
        // The operator named the proxy; it resolves the upstream's names by itself.
        if (upstream.Proxy is { } proxy && target.Port == proxy.Port && string.Equals(target.Host, proxy.IdnHost, StringComparison.OrdinalIgnoreCase)) return true;
        return AddressGuard.Classify(address) switch
        {
            AddressKind.Public => true,
            AddressKind.Private => policy.AllowsPrivate(target.Host),
            AddressKind.Special => false,
            var other => throw new InvalidOperationException($"{other} is no kind of address."),
        };
    }
}
