using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Hashgate.Proxy.Hosting;

/// <summary>
/// How clients' connections are read and written, and how much of an answer is held for a client that doesn't take it. Without these bounds the kernel keeps up to 4 MB for each, and a
/// thousand slow readers use up the memory that it has for all connections of the machine.
/// </summary>
internal static class ClientSockets
{
    /// <summary>Bytes that the kernel takes for a connection beyond those under way. Other than a small send buffer it slows no distant client down.</summary>
    private const int LargestUnsent = 64 << 10;

    /// <summary>Bytes in this process after which a writer waits until the kernel has taken them.</summary>
    private const int LargestUntaken = 16 << 10;

    public static void Configure(SocketTransportOptions options)
    {
        // A request is answered on the thread of the pool that its bytes came in on, and read without asking first whether it is there (ADR 21).
        (options.UnsafePreferInlineScheduling, options.WaitForDataBeforeAllocatingBuffer) = (true, false);
        options.MaxWriteBufferSize = LargestUntaken;
        options.CreateBoundListenSocket = Listen;
    }

    private static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (OperatingSystem.IsLinux() && endpoint is IPEndPoint) BoundUnsent(socket);
        return socket;
    }

    /// <summary>Connections have what their listener has (tcp(7), TCP_NOTSENT_LOWAT).</summary>
    private static void BoundUnsent(Socket listener)
    {
        try
        {
            listener.SetRawSocketOption(Tcp, NotSentLowWater, BitConverter.GetBytes(LargestUnsent));
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ProtocolOption or SocketError.OperationNotSupported)
        {
            // Some sandboxes' kernels don't know it. Slow readers cost more of them then, and everything works.
        }
    }

    private const int Tcp = 6; // IPPROTO_TCP
    private const int NotSentLowWater = 25; // TCP_NOTSENT_LOWAT
}
