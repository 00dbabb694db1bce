using System.IO.Pipelines;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Puts bytes that are there already on the wire.</summary>
internal static class FinishedBytes
{
    /// <summary>
    /// What is handed over at once. The server copies what it sends, into blocks of 4 KB unless it is asked for larger ones, and sends block by block; what
    /// is copied should still be in the processor's cache when it is sent.
    /// </summary>
    private const int Piece = 64 << 10;

    /// <summary>Writes all of them; ends early where the client left, which the server sees to by itself.</summary>
    public static Task WriteAsync(PipeWriter writer, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > Piece / 4) return WritePiecesAsync(writer, bytes);
        var written = writer.WriteAsync(bytes);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    private static async Task WritePiecesAsync(PipeWriter writer, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var piece = bytes[..Math.Min(Piece, bytes.Length)];
            piece.CopyTo(writer.GetMemory(piece.Length));
            writer.Advance(piece.Length);
            if ((await writer.FlushAsync()).IsCompleted) return;
            bytes = bytes[piece.Length..];
        }
    }
}
