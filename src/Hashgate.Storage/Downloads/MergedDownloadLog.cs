using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Downloads;

/// <summary>
/// Counts downloads in memory and writes the counts every few seconds. Bounded: what finds it full is counted and told of in the log. A store
/// that is away is tried again with the next writing.
/// </summary>
public sealed partial class MergedDownloadLog : IDownloadLog, IAsyncDisposable
{
    /// <summary>The most entries that wait to be written.</summary>
    public const int MaxPending = 50_000;

    private const int MaxText = 512;
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(5);

    private readonly record struct Key(DateOnly Day, ProjectName Project, string Filename, string Client);

    private readonly IDownloadStore _store;
    private readonly TimeSpan _retention;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private Dictionary<Key, Download> _pending = [];
    private long _dropped;
    private DateTimeOffset _trimAt;

    /// <param name="retention">How long an entry is kept (<c>Events:Retention</c>).</param>
    public MergedDownloadLog(IDownloadStore store, TimeSpan retention, TimeProvider time, ILogger<MergedDownloadLog> logger)
    {
        (_store, _retention, _time, _logger) = (store, retention, time, logger);
        _trimAt = time.GetUtcNow();
        _loop = Task.Run(LoopAsync);
    }

    public void Record(ServedDownload download)
    {
        var now = _time.GetUtcNow();
        var key = new Key(DateOnly.FromDateTime(now.UtcDateTime), download.Project, download.Filename, download.Client);
        var agent = download.UserAgent is { Length: > MaxText } text ? text[..MaxText] : download.UserAgent;
        lock (_lock) Add(_pending, key, new Download(key.Day, key.Project, download.Version, key.Filename, download.Sha256, key.Client, agent, 1, now));
    }

    public IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, CancellationToken cancellationToken) => _store.ReadAsync(query, cancellationToken);

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes what still waits, for 5 s at most, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // By the machine's own clock: this bounds a shutdown, whatever time it is.
        using var patience = new CancellationTokenSource(LongestGoodbye);
        try
        {
            await FlushAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            LogLost(_pending.Count, e);
        }
        _stop.Dispose();
        _writing.Dispose();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(WriteEvery, _time);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            await FlushAsync(_stop.Token);
            await TrimAsync(_stop.Token);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        Dictionary<Key, Download> batch;
        long dropped;
        lock (_lock)
        {
            (batch, _pending) = (_pending, []);
            (dropped, _dropped) = (_dropped, 0);
        }
        if (dropped > 0) LogDropped(dropped);
        if (batch.Count == 0) return;
        try
        {
            await _store.AddAsync(batch.Values, cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            LogWaiting(batch.Count, e);
            lock (_lock)
            {
                foreach (var (key, download) in _pending) Add(batch, key, download);
                _pending = batch;
            }
            if (e is OperationCanceledException) throw;
        }
        catch (Exception e)
        {
            // What the store will never take must not hold up all that comes after it, nor end the loop.
            LogLost(batch.Count, e);
        }
    }

    private void Add(Dictionary<Key, Download> entries, Key key, Download download)
    {
        if (entries.TryGetValue(key, out var known)) entries[key] = download with { Count = known.Count + download.Count };
        else if (entries.Count < MaxPending) entries.Add(key, download);
        else _dropped++;
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (now < _trimAt) return;
        _trimAt = now + TrimEvery;
        try
        {
            await _store.TrimAsync(DateOnly.FromDateTime((now - _retention).UtcDateTime), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotTrimmed(e);
        }
    }

    [LoggerMessage(3311, LogLevel.Warning, "{Count} entries of the download record can't be written; they wait for the next try")]
    private partial void LogWaiting(int count, Exception error);

    [LoggerMessage(3312, LogLevel.Error, "{Count} entries of the download record are lost")]
    private partial void LogLost(int count, Exception error);

    [LoggerMessage(3313, LogLevel.Warning, "{Count} downloads came while too many waited to be written; they are not on record")]
    private partial void LogDropped(long count);

    [LoggerMessage(3314, LogLevel.Warning, "Old entries of the download record can't be removed; it is tried again later")]
    private partial void LogNotTrimmed(Exception error);
}
