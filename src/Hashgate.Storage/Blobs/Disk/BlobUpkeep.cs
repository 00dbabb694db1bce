using System.Threading.Channels;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>What goes on in the background: finding the blobs that are there, evicting, and writing the index out.</summary>
internal sealed class BlobUpkeep(DiskBlobOptions options, BlobIndex index, BlobDirectory directory, BlobVerifier verifier, BlobEviction eviction, TimeProvider clock, ILogger logger)
{
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for a look at the limits soon; never blocks.</summary>
    public void Nudge() => _wanted.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var timer = clock.CreateTimer(_ => Nudge(), null, options.SaveIndexEvery, options.SaveIndexEvery);
        try
        {
            await Task.Run(() => Guard(() => Reconcile(cancellationToken)), cancellationToken);
            Nudge();
            var saveAt = clock.GetUtcNow() + options.SaveIndexEvery;
            while (await _wanted.Reader.WaitToReadAsync(cancellationToken))
            {
                _wanted.Reader.TryRead(out _);
                Guard(() =>
                {
                    if (eviction.IsDue) eviction.Run(0);
                });
                if (clock.GetUtcNow() < saveAt) continue;
                SaveIndex();
                saveAt = clock.GetUtcNow() + options.SaveIndexEvery;
            }
        }
        finally
        {
            SaveIndex();
        }
    }

    /// <summary>Brings the index in line with the directory: adopts blobs that it doesn't know, unverified, and forgets those that are gone.</summary>
    public void Reconcile(CancellationToken cancellationToken)
    {
        var seen = new HashSet<Sha256Digest>();
        var adopted = 0;
        foreach (var (file, digest) in directory.Scan())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (digest is not { } known)
            {
                logger.Stray(file.FullName);
                continue;
            }
            seen.Add(known);
            if (index.TryGet(known, out _)) continue;
            verifier.Put(new BlobEntry(known, FileIdentity.Unknown(file.Length), file.LastWriteTimeUtc.Ticks, irreplaceable: false));
            adopted++;
        }
        var missing = 0;
        foreach (var entry in index.Entries)
        {
            // Published since the scan passed by: there all the same.
            if (seen.Contains(entry.Digest) || File.Exists(directory.PathOf(entry.Digest))) continue;
            if (index.Remove(entry.Digest)) missing++;
        }
        eviction.Remeasure();
        logger.Reconciled(index.Count, index.TotalBytes, adopted, missing);
    }

    public void SaveIndex()
    {
        try
        {
            index.Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.IndexNotWritten(index.Path, e);
        }
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.UpkeepFailed(e);
        }
    }
}
