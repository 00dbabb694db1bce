namespace Hashgate.Proxy.Endpoints;

/// <summary>
/// How large a piece of a file one client gets at a time: larger ones cost less, and a client that reads slowly has one of them in memory for long.
/// </summary>
internal sealed class ChunkPace
{
    /// <summary>Bytes.</summary>
    public const int Smallest = 16 << 10;

    /// <summary>Bytes.</summary>
    public const int Largest = 256 << 10;

    /// <summary>
    /// A chunk is doubled once eight times its size went out without a wait, smaller chunks before it included. The first hundred kilobytes or two fill the sockets' own buffers and
    /// say nothing of how fast a client reads.
    /// </summary>
    private const int TakenBeforeLarger = 8;

    /// <summary>A client that takes longer for a chunk, in milliseconds, reads slowly.</summary>
    private const long SlowAfter = 50;

    private long _taken;

    /// <summary>The next chunk's size in bytes, at most.</summary>
    public int Chunk { get; private set; } = Smallest;

    /// <summary>The client took a chunk; so long it made us wait.</summary>
    public void Took(int bytes, long milliseconds)
    {
        if (milliseconds > SlowAfter)
        {
            (Chunk, _taken) = (Smallest, 0);
            return;
        }
        _taken += bytes;
        if (_taken >= TakenBeforeLarger * Chunk) Chunk = Math.Min(2 * Chunk, Largest);
    }
}
