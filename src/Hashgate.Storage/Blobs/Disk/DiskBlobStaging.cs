using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>
/// A file under way. Writes and flushes are synchronous: they go to the page cache, and the framework's asynchronous ones
/// would only block another thread of the same pool.
/// </summary>
internal sealed class DiskBlobStaging : IBlobStaging
{
    /// <summary>How often the reserve is looked at, in bytes written.</summary>
    private const long CheckEvery = 16 << 20;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly DiskSpace _space;
    private readonly Action<Sha256Digest, string, SafeFileHandle> _takeIn;
    private readonly ILogger _logger;
    private long _promised;
    private long _length;
    private long _nextCheck = CheckEvery;
    private bool _failed;
    private bool _published;

    /// <param name="promised">Bytes that <paramref name="space"/> holds back for this file.</param>
    /// <param name="takeIn">Moves the flushed file to its blob's place.</param>
    public DiskBlobStaging(string path, SafeFileHandle file, long promised, DiskSpace space, Action<Sha256Digest, string, SafeFileHandle> takeIn, ILogger logger)
    {
        (_path, _file, _promised, _space, _takeIn, _logger) = (path, file, promised, space, takeIn, logger);
        _space.Promise(promised);
    }

    public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_failed) _failed = !Append(bytes.Span);
        return ValueTask.FromResult(!_failed);
    }

    public int Read(Span<byte> buffer, long offset)
    {
        // Never what is being written at this moment.
        var written = Volatile.Read(ref _length) - offset;
        if (written <= 0) return 0;
        return RandomAccess.Read(_file, written < buffer.Length ? buffer[..(int)written] : buffer, offset);
    }

    public ValueTask PublishAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_failed || _published) throw new InvalidOperationException("A staging is published once, and not after a failed write.");
        RandomAccess.FlushToDisk(_file);
        _takeIn(digest, _path, _file);
        _published = true;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Settle(_promised);
        _file.Dispose();
        if (!_published)
        {
            try
            {
                File.Delete(_path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next start empties the directory.
                _logger.NotRemoved(_path, e);
            }
        }
        return ValueTask.CompletedTask;
    }

    private bool Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _nextCheck)
        {
            if (!_space.ReserveIsWhole)
            {
                _logger.NoRoom(_space.Free, _space.MinFree, bytes.Length);
                return false;
            }
            _nextCheck = _length + bytes.Length + CheckEvery;
        }
        try
        {
            RandomAccess.Write(_file, bytes, _length);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            _logger.DiskFull(e);
            return false;
        }
        Settle(Math.Min(bytes.Length, _promised));
        Volatile.Write(ref _length, _length + bytes.Length);
        return true;
    }

    private void Settle(long bytes)
    {
        _space.Settle(bytes);
        _promised -= bytes;
    }
}
