namespace Hashgate.Storage.Blobs.Disk;

/// <summary>
/// The room on the file system: what is free, less what files under way were promised and have not written yet, so that
/// many large downloads that start together can't each count on the same bytes.
/// </summary>
internal sealed class DiskSpace(Func<long> measureFree, long minFree)
{
    private long _promised;

    public long MinFree => minFree;

    /// <summary>What is free now, in bytes.</summary>
    public long Free => measureFree();

    /// <summary>How many bytes must be freed before this many more fit; 0 or less: they fit.</summary>
    public long Missing(long bytes) => minFree + Volatile.Read(ref _promised) + bytes - Free;

    /// <summary>Whether the reserve is still whole, promises aside: asked by files that are being written.</summary>
    public bool ReserveIsWhole => Free >= minFree;

    public void Promise(long bytes) => Interlocked.Add(ref _promised, bytes);

    public void Settle(long bytes) => Interlocked.Add(ref _promised, -bytes);

    /// <summary>Whether an error says that there is no room: ENOSPC, EDQUOT, EFBIG, or Windows' own disk full.</summary>
    public static bool IsFull(IOException error) => error.HResult is 28 or 122 or 27 or unchecked((int)0x80070070);
}
