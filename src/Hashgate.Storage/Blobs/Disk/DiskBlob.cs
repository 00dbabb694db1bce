using Hashgate.Core.Blobs;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>A blob's open file. The handle keeps the bytes readable after the name is gone.</summary>
internal sealed class DiskBlob(SafeFileHandle file, long length) : IBlob
{
    public long Length => length;

    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(file, buffer, offset);

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }
}
