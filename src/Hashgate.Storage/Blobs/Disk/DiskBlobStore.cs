using Hashgate.Core.Blobs;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Hashgate.Storage.Blobs.Disk;

/// <summary>
/// Blobs as files named by their digest. A new one grows in the staging directory, is flushed, renamed into place, and its
/// directory flushed: under a blob's name there is never a part of one. Opening costs one open and one stat, which must
/// find the file as it was when its bytes were last proven (docs/adr/0010); else it is hashed again first.
/// </summary>
public sealed class DiskBlobStore : IBlobStore, IAsyncDisposable
{
    private readonly DiskBlobOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly BlobDirectory _directory;
    private readonly BlobIndex _index;
    private readonly DiskSpace _space;
    private readonly BlobVerifier _verifier;
    private readonly BlobEviction _eviction;
    private readonly BlobUpkeep _upkeep;
    private readonly BlobScrubber _scrubber;

    // One hashing at a time for each stripe: who else opens the same changed blob waits for it and then finds it verified.
    private readonly SemaphoreSlim[] _hashing = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];
    private long _stagings;

    /// <summary>Opens the store in its data directory and empties the staging directory of what an earlier run left.</summary>
    /// <exception cref="IOException">The directories can't be made or read.</exception>
    public DiskBlobStore(DiskBlobOptions options, IEventLog events, TimeProvider clock, ILogger<DiskBlobStore> logger)
        : this(options, events, clock, logger, () => new DriveInfo(Path.GetFullPath(options.DataDirectory)).AvailableFreeSpace)
    {
    }

    internal DiskBlobStore(DiskBlobOptions options, IEventLog events, TimeProvider clock, ILogger logger, Func<long> measureFree)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        Directory.CreateDirectory(options.BlobsDirectory);
        EmptyStaging();
        _directory = new BlobDirectory(options.BlobsDirectory);
        _index = BlobIndex.Load(options.IndexFile);
        _space = new DiskSpace(measureFree, options.MinFreeBytes);
        _verifier = new BlobVerifier(_index, _directory, events, clock, logger);
        _eviction = new BlobEviction(options, _index, _directory, _space, logger);
        _upkeep = new BlobUpkeep(options, _index, _directory, _verifier, _eviction, clock, logger);
        _scrubber = new BlobScrubber(options, _index, _directory, _verifier, clock, logger);
        _upkeep.SaveIndex();
    }

    /// <summary>What there is and what there may be.</summary>
    public BlobStats Stats => new(_index.Count, _index.TotalBytes, _eviction.MaxBytes, _space.Free, _scrubber.Progress)
    {
        Evicted = _eviction.Evicted.Count,
        EvictedBytes = _eviction.Evicted.Bytes,
    };

    /// <summary>When the blob that is unused for longest was last used; null where there is none. Looks at every blob.</summary>
    public DateTimeOffset? FindOldestUse() => _index.Entries.Min(e => (long?)e.LastUsed) is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    internal BlobUpkeep Upkeep => _upkeep;

    internal BlobScrubber Scrubber => _scrubber;

    internal BlobVerifier Verifier => _verifier;

    /// <summary>Finds all blobs, then evicts, scrubs and writes the index until cancelled. The store serves without it, but stays within no limit.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_upkeep.RunAsync(cancellationToken), _scrubber.RunAsync(cancellationToken));

    public async ValueTask<IBlob?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        // Twice, for a file that was replaced or evicted while it was hashed.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            SafeFileHandle? file = null;
            try
            {
                file = _directory.TryOpen(digest);
                if (file is null)
                {
                    // Looked for again, lest one that was published this moment is forgotten.
                    if (_index.TryGet(digest, out _) && !File.Exists(_directory.PathOf(digest))) _index.Remove(digest);
                    return null;
                }
                var found = IsAsProven(digest, file) ? Verification.Holds : await VerifyAsync(digest, file, cancellationToken);
                if (found == Verification.Holds)
                {
                    var known = _index.TryGet(digest, out var entry);
                    if (known) entry!.Touch(_clock.GetUtcNow().UtcTicks);
                    var blob = new DiskBlob(file, known ? entry!.Length : RandomAccess.GetLength(file));
                    file = null;
                    return blob;
                }
                if (found != Verification.Undecided) return null;
            }
            catch (IOException e)
            {
                _logger.Unreadable(digest, e);
                return null;
            }
            finally
            {
                file?.Dispose();
            }
        }
        return null;
    }

    public ValueTask<IBlobStaging?> StageAsync(long? expectedSize, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var expected = expectedSize ?? 1;
        if (expected > 0 && _space.Missing(expected) > 0) _eviction.Run(expected);
        if (_space.Missing(expected) > 0)
        {
            _logger.NoRoom(_space.Free, _options.MinFreeBytes, expected);
            return ValueTask.FromResult<IBlobStaging?>(null);
        }
        var path = Path.Combine(_options.StagingDirectory, Interlocked.Increment(ref _stagings).ToString("x8", System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return ValueTask.FromResult<IBlobStaging?>(new DiskBlobStaging(path, file, expected, _space, TakeIn, _logger));
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            _logger.DiskFull(e);
            return ValueTask.FromResult<IBlobStaging?>(null);
        }
    }

    public void MarkIrreplaceable(Sha256Digest digest)
    {
        if (!_index.TryGet(digest, out var entry) || entry.Irreplaceable) return;
        _verifier.Put(new BlobEntry(digest, entry.Identity, entry.LastUsed, irreplaceable: true));
    }

    /// <summary>Writes the index out and lets go of its file. Open blobs stay readable.</summary>
    public ValueTask DisposeAsync()
    {
        _upkeep.SaveIndex();
        _index.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool IsAsProven(Sha256Digest digest, SafeFileHandle file) =>
        _index.TryGet(digest, out var entry) && entry.Identity == Posix.Identify(file);

    private async Task<Verification> VerifyAsync(Sha256Digest digest, SafeFileHandle file, CancellationToken cancellationToken)
    {
        var stripe = _hashing[(uint)digest.GetHashCode() % (uint)_hashing.Length];
        await stripe.WaitAsync(cancellationToken);
        try
        {
            if (IsAsProven(digest, file)) return Verification.Holds;
            var found = await Task.Run(() => _verifier.VerifyAsync(digest, file, pace: null, cancellationToken), cancellationToken);
            if (found == Verification.Holds) _logger.VerifiedAgain(digest);
            return found;
        }
        finally
        {
            stripe.Release();
        }
    }

    private void TakeIn(Sha256Digest digest, string path, SafeFileHandle file)
    {
        _directory.TakeIn(path, digest);
        _verifier.Accept(digest, Posix.Identify(file));
        if (_eviction.IsDue) _upkeep.Nudge();
    }

    private void EmptyStaging()
    {
        if (Directory.Exists(_options.StagingDirectory))
        {
            var left = Directory.GetFileSystemEntries(_options.StagingDirectory).Length;
            Directory.Delete(_options.StagingDirectory, recursive: true);
            if (left > 0) _logger.StagingEmptied(left);
        }
        Directory.CreateDirectory(_options.StagingDirectory);
    }
}

/// <summary>What a blob store on disk holds, in bytes where not said otherwise.</summary>
public sealed record BlobStats(int Count, long Bytes, long MaxBytes, long FreeBytes, ScrubProgress Scrub)
{
    /// <summary>How many were evicted since the start.</summary>
    public long Evicted { get; init; }

    /// <summary>What they took.</summary>
    public long EvictedBytes { get; init; }
}
