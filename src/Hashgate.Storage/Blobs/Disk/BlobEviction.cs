using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>Keeps blobs within their limits: the least recently used go first, irreplaceable ones after all others.</summary>
internal sealed class BlobEviction(DiskBlobOptions options, BlobIndex index, BlobDirectory directory, DiskSpace space, ILogger logger)
{
    private const long DefaultMaxBytes = 100L << 30;

    private readonly Lock _lock = new();
    private (long Count, long Bytes) _evicted;

    /// <summary>The most that blobs may take, in bytes.</summary>
    public long MaxBytes { get; private set; } = Limit(options, index, space);

    /// <summary>What was evicted since the start.</summary>
    public (long Count, long Bytes) Evicted
    {
        get
        {
            lock (_lock) return _evicted;
        }
    }

    /// <summary>Whether blobs take more than they may, or the reserve isn't whole.</summary>
    public bool IsDue => index.TotalBytes > MaxBytes || space.Missing(0) > 0;

    /// <summary>Works out the limit anew, once the sizes of all blobs are known.</summary>
    public void Remeasure() => MaxBytes = Limit(options, index, space);

    /// <summary>Evicts until the limits hold and this many bytes more would fit, where evicting can bring that about.</summary>
    public void Run(long room)
    {
        lock (_lock)
        {
            // Below the limit by a twentieth, so that a full cache doesn't sort everything again for each new blob.
            var over = index.TotalBytes > MaxBytes ? index.TotalBytes - MaxBytes + MaxBytes / 20 : 0;
            // Where even all blobs together are too little, the disk is full of other things: refusing the new file is
            // all that helps, and no blob goes for nothing.
            var missing = space.Missing(room);
            var wanted = Math.Max(over, missing <= index.TotalBytes ? missing : 0);
            if (wanted > 0) Free(wanted);
        }
    }

    private void Free(long wanted)
    {
        long freed = 0;
        int count = 0, irreplaceable = 0;
        // Sorted by values read once: a last use may change while the sort runs.
        var order = index.Entries.Select(e => (Entry: e, e.Irreplaceable, e.LastUsed)).OrderBy(e => e.Irreplaceable).ThenBy(e => e.LastUsed);
        foreach (var (entry, _, _) in order)
        {
            if (freed >= wanted) break;
            try
            {
                directory.Remove(entry.Digest);
            }
            catch (IOException e)
            {
                logger.NotRemoved(directory.PathOf(entry.Digest), e);
                continue;
            }
            if (!index.Remove(entry.Digest)) continue;
            freed += entry.Length;
            count++;
            if (entry.Irreplaceable) irreplaceable++;
        }
        _evicted = (_evicted.Count + count, _evicted.Bytes + freed);
        if (count > 0) logger.Evicted(count, freed, irreplaceable);
    }

    private static long Limit(DiskBlobOptions options, BlobIndex index, DiskSpace space) =>
        options.MaxBytes ?? Math.Min(DefaultMaxBytes, (long)((space.Free + index.TotalBytes) * 0.8));
}
