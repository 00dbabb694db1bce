using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Named in signatures only.</summary>
[Flags]
public enum ArenaFlags
{
    None = 0,
}

/// <summary>Named in signatures only.</summary>
public abstract class Allocator<T>;

/// <summary>How an <see cref="Arena{T}"/> allocates; only the block size has a meaning here.</summary>
public sealed class ArenaOptions(
    ArenaFlags flags = ArenaFlags.None,
    int blockSizeBytes = 0,
    Func<long, long, long>? retentionPolicy = null)
{
    public ArenaFlags Flags => flags;
    public int BlockSizeBytes => blockSizeBytes;
    public Func<long, long, long>? RetentionPolicy => retentionPolicy;
}

/// <summary>
/// Stands in for the slab allocator that the Redis client parses replies into. Every allocation is a slice of one array,
/// so that a <see cref="Sequence{T}"/> always has exactly one segment.
/// </summary>
public sealed class Arena<T>(ArenaOptions? options = null, Allocator<T>? allocator = null) : IDisposable
{
    private const int RetainedElements = 32 * 1024;
    private readonly int _blockSize = Math.Max(512, (options?.BlockSizeBytes ?? 0) / Math.Max(1, Unsafe.SizeOf<T>()));
    private readonly Allocator<T>? _unused = allocator;
    private T[] _block = [];
    private int _used;

    public Sequence<T> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length == 0) return default;
        if (_block.Length - _used < length)
        {
            // Sequences that were handed out keep the old array alive.
            _block = new T[Math.Max(length, _blockSize)];
            _used = 0;
        }

        var result = new Sequence<T>(_block, _used, length);
        _used += length;
        return result;
    }

    public void Reset()
    {
        if (_block.Length > RetainedElements)
            _block = [];
        else
            Array.Clear(_block, 0, _used); // drops references into network buffers
        _used = 0;
    }

    public void Dispose()
    {
        _block = [];
        _used = 0;
    }
}
