using System.Collections.Concurrent;
using Hashgate.Core.Blobs;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>
/// Files and their core metadata. A request that found its page entry goes through these steps:
/// <list type="number">
/// <item>the recorded bytes are there: they are served, with no call to any store or upstream;</item>
/// <item>a fetch of them is under way: it is joined;</item>
/// <item>else one is started, from the place that the record allows, never from a client's word;</item>
/// <item>a small file, or one of unknown length, is waited for until it is proven; a larger one is followed while it grows.</item>
/// </list>
/// </summary>
public sealed class Files(IBlobStore blobs, IUpstreamClient client, TrustLedger ledger, FetchResults results, FetchFigures figures, SharedFetching sharing, FileServing options)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(ProjectName, FileKey, bool IsMetadata), FileFetch> _running = new();
    private readonly FetchLimits _limits = new(options);

    /// <summary>Fetches under way.</summary>
    public int Fetching => _limits.Fetches;

    /// <summary>Requests that wait for a fetch.</summary>
    public int Waiting => _limits.Waiting;

    /// <summary>What there is without asking anybody: the blob, or what the record says.</summary>
    public async ValueTask<FileContent> PeekAsync(FileLookup.Found found) =>
        await OpenCachedAsync(found) ?? (Promise(found) is { } promise ? new FileContent.Recorded(promise.Size) : new FileContent.Missing());

    /// <summary>The bytes where they are there; null where <see cref="FetchAsync"/> has to get them. Short enough to be waited for by a client that left.</summary>
    public async ValueTask<FileContent?> OpenCachedAsync(FileLookup.Found found)
    {
        if (await PromiseAsync(found) is not { } promise) return new FileContent.Missing();
        return await OpenBlobAsync(found, promise);
    }

    /// <summary>
    /// Where a client may take a file's bytes from by itself, where that is allowed at all: a file that is on record as proven, and that nothing
    /// speaks against. Null: <see cref="FetchAsync"/> gets them.
    /// </summary>
    public async ValueTask<FileContent?> FindElsewhereAsync(FileLookup.Found found, CancellationToken cancellationToken)
    {
        if (!options.RedirectToShared || found.IsMetadata || found.File.Record is not { ProvenAt: not null, Conflict: false, Size: { } size } record) return null;
        if (ledger.Status.Count > 0 || results.Current(found) is not null) return null;
        return await sharing.Blobs.FindUrlAsync(record.Sha256, size, cancellationToken) is { } url ? new FileContent.Elsewhere(url) : null;
    }

    /// <summary>Gets the bytes, or joins those who wait for them.</summary>
    /// <param name="clientAddress">Who asks, for the limit per client.</param>
    public async ValueTask<FileContent> FetchAsync(FileLookup.Found found, string clientAddress, CancellationToken cancellationToken)
    {
        if (Promise(found) is not { } promise) return new FileContent.Missing();
        if (!_limits.TryWait()) return new FileContent.Busy(RetryAfter, "too many requests wait for downloads");
        try
        {
            var (fetch, busy) = Join(found, promise, clientAddress);
            if (fetch is null) return busy!;
            await using var place = new FetchFollower(fetch);
            return await AwaitAsync(found, promise, fetch, cancellationToken);
        }
        finally
        {
            _limits.EndWait();
        }
    }

    private async ValueTask<FileContent?> OpenBlobAsync(FileLookup.Found found, FilePromise promise)
    {
        if (promise.Sha256 is not { } digest || await blobs.OpenAsync(digest, CancellationToken.None) is not { } blob) return null;
        if (promise.Size is not { } size || size == blob.Length)
        {
            results.FoundProven(found, blob.Length);
            return new FileContent.Proven(blob, digest, JustNow: false);
        }
        var length = blob.Length;
        await blob.DisposeAsync();
        return new FileContent.Refused(results.NotProven(found, $"it has {length} bytes, {size} are promised"));
    }

    private (FileFetch? Fetch, FileContent? Busy) Join(FileLookup.Found found, FilePromise promise, string clientAddress)
    {
        var key = (found.View.Project, found.File.Name.Key, found.IsMetadata);
        while (true)
        {
            if (_running.TryGetValue(key, out var running) && running.TryEnter())
            {
                figures.Join();
                return (running, null);
            }
            if (results.Current(found) is { } failed) return (null, new FileContent.Refused(failed));
            if (ledger.StatusOf(found.View.Project) is [var why, ..]) return (null, new FileContent.Unavailable(new FetchError(FetchErrorKind.TrustUnavailable, why)));
            if (_limits.TryStart(clientAddress) is { } full) return (null, new FileContent.Busy(RetryAfter, full));

            var source = new FetchSource(sharing, client, found.View.Upstream, SourceOf(found), promise, $"file:{key.Project}/{key.Key}{(key.IsMetadata ? FileLookup.MetadataSuffix : "")}");
            var fetch = new FileFetch(source, blobs, promise, options);
            fetch.TryEnter();
            if (running is null ? _running.TryAdd(key, fetch) : _running.TryUpdate(key, fetch, running))
            {
                // Detached: whoever asked first may leave, and others or the cache still want the file.
                _ = Task.Run(() => RunAsync(key, fetch, found, clientAddress), CancellationToken.None);
                return (fetch, null);
            }
            _limits.End(clientAddress);
        }
    }

    private async Task RunAsync((ProjectName, FileKey, bool) key, FileFetch fetch, FileLookup.Found found, string clientAddress)
    {
        var started = figures.Start();
        FetchOutcome? outcome = null;
        try
        {
            outcome = await fetch.RunAsync(proven => results.ProvenAsync(found, proven), CancellationToken.None);
            results.Ended(found, outcome);
        }
        catch (Exception error)
        {
            results.Crashed(found, error);
        }
        finally
        {
            figures.End(started, outcome);
            _running.TryRemove(new KeyValuePair<(ProjectName, FileKey, bool), FileFetch>(key, fetch));
            _limits.End(clientAddress);
        }
    }

    private async Task<FileContent> AwaitAsync(FileLookup.Found found, FilePromise promise, FileFetch fetch, CancellationToken cancellationToken)
    {
        var streamed = promise.Size > options.VerifyFirstBytes;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.LongestWait);
        try
        {
            while (true)
            {
                var progress = fetch.Progress;
                if (fetch.Outcome is { } outcome) return await ConcludeAsync(found, outcome, cancellationToken);
                if (streamed && fetch.Readable > 0 && fetch.TryEnter()) return new FileContent.Growing(new FetchFollower(fetch));
                await progress.WaitAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FileContent.Busy(RetryAfter, "the file is still being proven");
        }
    }

    private async Task<FileContent> ConcludeAsync(FileLookup.Found found, FetchOutcome outcome, CancellationToken cancellationToken) => outcome switch
    {
        FetchOutcome.Proven proven => await blobs.OpenAsync(proven.Digest, cancellationToken) is { } blob
            ? new FileContent.Proven(blob, proven.Digest, JustNow: true)
            : new FileContent.Unavailable(new FetchError(FetchErrorKind.NoRoom, "the proven file is no longer in the cache")),
        FetchOutcome.NotProven failed => new FileContent.Refused(results.NotProven(found, failed.Reason)),
        // Not what is on the books: whoever waits may be here before the fetch's own end has been noted.
        FetchOutcome.Failed { Error.Kind: FetchErrorKind.Gone } => results.Gone(found) is { } changed
            ? new FileContent.Refused(changed)
            : new FileContent.Missing(),
        FetchOutcome.Failed failed => new FileContent.Unavailable(failed.Error),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What the bytes must be. Null where nothing is promised: core metadata that isn't advertised, or contradicts its wheel.</summary>
    private async ValueTask<FilePromise?> PromiseAsync(FileLookup.Found found) =>
        found.IsMetadata && await results.ContradictsAsync(found) ? null : Promise(found);

    private FilePromise? Promise(FileLookup.Found found)
    {
        var record = found.File.Record;
        if (found.IsMetadata) return results.AdvertisedMetadata(found.File) is { } digest ? new FilePromise(digest, null, NoOthers) : null;
        // A claim that differs from the record promises nothing of the recorded bytes.
        return found.File.Pin is { Outcome: PinOutcome.Changed }
            ? new FilePromise(record!.Sha256, record.Size, NoOthers)
            : new FilePromise(record?.Sha256, record?.Size ?? found.File.File.Size, found.File.File.Hashes);
    }

    private static Uri SourceOf(FileLookup.Found found)
    {
        var url = found.File.Pin is { Outcome: PinOutcome.Changed } ? new Uri(found.File.Record!.Url) : found.File.File.Url.ToUri();
        return found.IsMetadata ? new UriBuilder(url) { Path = url.AbsolutePath + FileLookup.MetadataSuffix }.Uri : url;
    }

    private static readonly IReadOnlyDictionary<string, string> NoOthers = new Dictionary<string, string>();
}
