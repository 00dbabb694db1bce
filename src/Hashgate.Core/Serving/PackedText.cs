using System.Buffers;
using System.IO.Compression;
using Microsoft.IO;

namespace Hashgate.Core.Serving;

/// <summary>
/// A text that is packed while it is written: by another thread where one is free, block by block. The writer packs itself what nobody has
/// taken up when it comes to the end, so that it waits for no thread to become free, and only ever for the block that another is at.
/// </summary>
internal sealed class PackedText : IBufferWriter<byte>, IThreadPoolWorkItem, IDisposable
{
    /// <summary>Bytes. Most pages are one block or two, and not worth a second thread.</summary>
    private const int BlockSize = 128 << 10;

    // Level 2 of 9 packs index pages within a twentieth of what the library's own choice (6) reaches, in a third of its time; level 1 leaves half as much again.
    private static readonly ZLibCompressionOptions Compression = new() { CompressionLevel = 2 };

    private readonly Lock _packing = new();
    private readonly Lock _waiting = new();
    private readonly Queue<(byte[] Bytes, int Length)> _blocks = [];
    private readonly RecyclableMemoryStream _packed = Scratch.Rent();
    private readonly GZipStream _gzip;
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockSize);
    private int _length;

    public PackedText() => _gzip = new GZipStream(_packed, Compression, leaveOpen: true);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _block.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _block.AsSpan(_length);
    }

    public void Advance(int count) => _length += count;

    /// <summary>The gzip of all that was written.</summary>
    public byte[] Finish()
    {
        Hand();
        lock (_packing)
        {
            Pack();
            _gzip.Dispose();
            return _packed.ToArray();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (!_packing.TryEnter()) return;
        try
        {
            Pack();
        }
        finally
        {
            _packing.Exit();
        }
    }

    private void MakeRoom(int sizeHint)
    {
        if (_block.Length - _length >= Math.Max(sizeHint, 1)) return;
        Hand();
        _block = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, BlockSize));
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Hand()
    {
        lock (_waiting) _blocks.Enqueue((_block, _length));
        (_block, _length) = ([], 0);
    }

    /// <summary>Packs what waits. For who holds the lock: blocks are taken and packed under it, and so in their order.</summary>
    private void Pack()
    {
        while (Next() is var (bytes, length))
        {
            _gzip.Write(bytes, 0, length);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private (byte[] Bytes, int Length)? Next()
    {
        lock (_waiting) return _blocks.TryDequeue(out var block) ? block : null;
    }

    public void Dispose()
    {
        lock (_packing)
        {
            // Who comes later finds nothing to pack.
            while (Next() is var (bytes, _)) ArrayPool<byte>.Shared.Return(bytes);
            _gzip.Dispose();
            _packed.Dispose();
        }
    }
}
