using System.Net;
using System.Net.Sockets;

namespace Hashgate.Testing;

/// <summary>Ports for servers that have to be told theirs before they start.</summary>
public static class LoopbackPort
{
    /// <summary>One that nobody listens on now.</summary>
    public static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
