using System.IO.Pipelines;
using System.Net.Sockets;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Named in signatures only.</summary>
[Flags]
public enum SocketConnectionOptions
{
    None = 0,
}

/// <summary>Stands in for a plain connection to Redis.</summary>
public sealed class SocketConnection : PumpedDuplexPipe
{
    private readonly Socket _socket;

    private SocketConnection(Socket socket, PipeOptions? send, PipeOptions? receive) : base(send, receive) =>
        _socket = socket;

    public static SocketConnection Create(
        Socket socket,
        PipeOptions? sendPipeOptions,
        PipeOptions? receivePipeOptions,
        SocketConnectionOptions options = SocketConnectionOptions.None,
        string? name = null)
    {
        var connection = new SocketConnection(socket, sendPipeOptions, receivePipeOptions);
        connection.Start(sendPipeOptions?.ReaderScheduler ?? PipeScheduler.ThreadPool);
        return connection;
    }

    public static void AssertDependencies()
    {
    }

    public static void SetRecommendedClientOptions(Socket socket)
    {
        if (socket.AddressFamily != AddressFamily.Unix) socket.NoDelay = true;
    }

    public Counters GetCounters() => new(BytesAvailable(), BytesWaitingToBeSent, -1);

    protected override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> buffer)
    {
        while (!buffer.IsEmpty)
            buffer = buffer[await _socket.SendAsync(buffer, SocketFlags.None).ConfigureAwait(false)..];
    }

    protected override void StopSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection is gone already, which is what this asked for.
        }
    }

    protected override void Close() => _socket.Dispose();

    private int BytesAvailable()
    {
        try
        {
            return _socket.Available;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return -1; // the client prints it as "unknown"
        }
    }

    public readonly struct Counters(long onSocket, long toSend, long toRead)
    {
        public long BytesAvailableOnSocket => onSocket;
        public long BytesWaitingToBeSent => toSend;
        public long BytesWaitingToBeRead => toRead;
    }
}
