using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Stands in for a connection over a stream: TLS, and tunnels.</summary>
public static class StreamConnection
{
    public static IDuplexPipe GetDuplex(
        Stream stream,
        PipeOptions? sendPipeOptions = null,
        PipeOptions? receivePipeOptions = null,
        string? name = null) => new PumpedStream(stream, sendPipeOptions, receivePipeOptions);

    public static PipeReader GetReader(Stream stream, PipeOptions? pipeOptions = null, string? name = null) =>
        PipeReader.Create(stream);

    private sealed class PumpedStream : PumpedDuplexPipe
    {
        private readonly Stream _stream;

        public PumpedStream(Stream stream, PipeOptions? send, PipeOptions? receive) : base(send, receive)
        {
            _stream = stream;
            Start(send?.ReaderScheduler ?? PipeScheduler.ThreadPool);
        }

        protected override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _stream.ReadAsync(buffer);

        protected override ValueTask SendAsync(ReadOnlyMemory<byte> buffer) => _stream.WriteAsync(buffer);

        protected override void Close() => _stream.Dispose();
    }
}
