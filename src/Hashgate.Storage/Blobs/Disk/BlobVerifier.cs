using System.Buffers;
using System.Security.Cryptography;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>What hashing a blob's file again found.</summary>
internal enum Verification
{
    Holds,

    /// <summary>The bytes have another digest: removed, with an alarm.</summary>
    Removed,

    /// <summary>The disk could not read it: kept, for that may pass, but not served.</summary>
    Unreadable,

    /// <summary>It was written to, replaced or evicted meanwhile: to be looked at again.</summary>
    Undecided,
}

/// <summary>Hashes blobs again, and takes out of use what no longer holds. The only place that decides this.</summary>
internal sealed class BlobVerifier(BlobIndex index, BlobDirectory directory, IEventLog events, TimeProvider clock, ILogger logger)
{
    private const int ChunkBytes = 1 << 20;

    /// <param name="pace">Called after each piece with its length; slows the reading down.</param>
    public async Task<Verification> VerifyAsync(Sha256Digest digest, SafeFileHandle file, Func<int, ValueTask>? pace, CancellationToken cancellationToken)
    {
        FileIdentity before;
        Sha256Digest actual;
        FileIdentity after;
        try
        {
            before = Posix.Identify(file);
            actual = await HashAsync(file, pace, cancellationToken);
            after = Posix.Identify(file);
        }
        catch (IOException e)
        {
            logger.Unreadable(digest, e);
            Alarm($"Blob {digest} can't be read from disk: {e.Message}");
            return Verification.Unreadable;
        }
        if (before != after) return Verification.Undecided;
        if (actual != digest)
        {
            if (!Remove(digest, after)) return Verification.Undecided;
            logger.Changed(digest);
            Alarm($"Blob {digest} was changed on disk after it was proven; it was removed before anyone got it.");
            return Verification.Removed;
        }
        Accept(digest, after);
        return Verification.Holds;
    }

    /// <summary>Remembers that a file with this identity holds the digest's bytes.</summary>
    public void Accept(Sha256Digest digest, FileIdentity identity)
    {
        var known = index.TryGet(digest, out var entry);
        var now = clock.GetUtcNow().UtcTicks;
        Put(new BlobEntry(digest, identity, known ? entry!.LastUsed : now, known && entry!.Irreplaceable));
    }

    /// <summary>Puts an entry into the index; one that can't be written is known in memory until the next start.</summary>
    public void Put(BlobEntry entry)
    {
        try
        {
            index.Put(entry);
        }
        catch (IOException e)
        {
            logger.IndexNotWritten(index.Path, e);
        }
    }

    private bool Remove(Sha256Digest digest, FileIdentity bad)
    {
        try
        {
            // Never a good file that was put in its place meanwhile.
            using var current = directory.TryOpen(digest);
            if (current is null || Posix.Identify(current) != bad) return false;
            index.Remove(digest);
            directory.Remove(digest);
        }
        catch (IOException e)
        {
            logger.NotRemoved(directory.PathOf(digest), e);
        }
        return true;
    }

    private void Alarm(string reason) =>
        events.Record(new Event { Kind = EventKinds.StoreAlarm, When = clock.GetUtcNow(), Reason = reason });

    private static async Task<Sha256Digest> HashAsync(SafeFileHandle file, Func<int, ValueTask>? pace, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (long offset = 0; ;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, buffer.AsSpan(0, ChunkBytes), offset);
                if (read == 0) return new Sha256Digest(hash.GetHashAndReset());
                hash.AppendData(buffer, 0, read);
                offset += read;
                if (pace is not null) await pace(read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
