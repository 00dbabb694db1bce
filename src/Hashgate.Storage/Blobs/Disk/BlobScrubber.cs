using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>How far the scrub that runs, or ran last, has come.</summary>
/// <param name="Total">Blobs there were when it began.</param>
/// <param name="FinishedAt">When the last whole scrub ended; null before the first.</param>
public sealed record ScrubProgress(long Total, long Done, long Bytes, long Removed, long Unreadable, DateTimeOffset? FinishedAt);

/// <summary>Hashes every blob again, slowly, so that rot in one that nobody asks for is found while its upstream may still have it.</summary>
internal sealed class BlobScrubber(DiskBlobOptions options, BlobIndex index, BlobDirectory directory, BlobVerifier verifier, TimeProvider clock, ILogger logger)
{
    private ScrubProgress _progress = new(0, 0, 0, 0, 0, null);
    private TimeSpan _ahead;

    public ScrubProgress Progress => Volatile.Read(ref _progress);

    /// <summary>Scrubs and pauses in turn until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(options.ScrubPause, clock, cancellationToken);
            await ScrubAsync(cancellationToken);
        }
    }

    /// <summary>One scrub of all blobs there are now.</summary>
    public async Task ScrubAsync(CancellationToken cancellationToken)
    {
        var digests = index.Entries.Select(e => e.Digest).ToArray();
        // In another order each time: a process that never lives through a whole scrub still gets to every blob.
        Random.Shared.Shuffle(digests);
        var progress = new ScrubProgress(digests.Length, 0, 0, 0, 0, Progress.FinishedAt);
        foreach (var digest in digests)
        {
            var found = Verification.Undecided;
            try
            {
                using var file = directory.TryOpen(digest);
                if (file is not null) found = await verifier.VerifyAsync(digest, file, PaceAsync, cancellationToken);
            }
            catch (IOException e)
            {
                logger.Unreadable(digest, e);
                found = Verification.Unreadable;
            }
            progress = progress with
            {
                Done = progress.Done + 1,
                Removed = progress.Removed + (found == Verification.Removed ? 1 : 0),
                Unreadable = progress.Unreadable + (found == Verification.Unreadable ? 1 : 0),
            };
            Volatile.Write(ref _progress, progress);
        }
        progress = progress with { FinishedAt = clock.GetUtcNow() };
        Volatile.Write(ref _progress, progress);
        logger.Scrubbed(progress.Done, progress.Bytes, progress.Removed, progress.Unreadable);

        async ValueTask PaceAsync(int read)
        {
            progress = progress with { Bytes = progress.Bytes + read };
            // Sleeps are counted in tenths of a second: shorter ones are not to be had.
            _ahead += TimeSpan.FromSeconds((double)read / options.ScrubBytesPerSecond);
            if (_ahead < TimeSpan.FromMilliseconds(100)) return;
            await Task.Delay(_ahead, clock, cancellationToken);
            _ahead = TimeSpan.Zero;
        }
    }
}
