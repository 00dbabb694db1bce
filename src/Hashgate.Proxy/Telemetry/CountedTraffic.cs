using Hashgate.Core.Serving;
using Hashgate.Core.Traffic;
using Hashgate.Core.Trust;
using Hashgate.Storage.Events;
using Hashgate.Storage.Traffic;

namespace Hashgate.Proxy.Telemetry;

/// <summary>
/// Writes what this process counted to the store: each minute and at the end, so that no request waits for it. What a store that is away
/// can't take goes with the next writing, into that one's hour.
/// </summary>
internal sealed partial class CountedTraffic(ITrafficStore store, RequestCounters counters, FetchFigures fetches, EventLogOptions events, TimeProvider time, ILogger<CountedTraffic> logger)
    : BackgroundService, ITrafficLog
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private TrafficHour _written = TrafficHour.Empty(default);
    private DateTimeOffset _trimAt;

    public async ValueTask<IReadOnlyList<TrafficHour>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var hours = await store.ReadAsync(since, cancellationToken);
            return Unwritten() is { IsEmpty: false } unwritten ? [.. With(hours, unwritten)] : hours;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Writes what was counted since the last time.</summary>
    /// <exception cref="StoreUnavailableException">The store can't take it now.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var unwritten = Unwritten();
            if (unwritten.IsEmpty) return;
            await store.AddAsync(unwritten, cancellationToken);
            _written = _written.Plus(unwritten);
            LogAnswered(unwritten.Requests, unwritten.PageHits, unwritten.PageMisses, unwritten.FileHits, unwritten.FileMisses, unwritten.BytesServed);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Called once the server has answered the last request.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Where requests took all the time there was to stop in, what they did is to be written all the same.
        using var patience = new CancellationTokenSource(LongestGoodbye);
        try
        {
            await Try(FlushAsync, patience.Token);
        }
        catch (OperationCanceledException error)
        {
            LogNotWritten(error);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _gate.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WriteEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Try(FlushAsync, stoppingToken);
            await Try(TrimAsync, stoppingToken);
        }
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _trimAt) return;
        _trimAt = now + TrimEvery;
        await store.TrimAsync(now - events.Retention, cancellationToken);
    }

    private async Task Try(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A record of traffic is no reason to end the process: the next minute tries again.
            LogNotWritten(error);
        }
    }

    private TrafficHour Unwritten() => (counters.Traffic with { Hour = TrafficHour.HourOf(time.GetUtcNow()), BytesFetched = fetches.Bytes }).Since(_written);

    private static IEnumerable<TrafficHour> With(IReadOnlyList<TrafficHour> hours, TrafficHour more) =>
        hours.Any(h => h.Hour == more.Hour)
            ? hours.Select(h => h.Hour == more.Hour ? h.Plus(more) : h)
            : hours.Append(more).OrderBy(h => h.Hour);

    // In place of a line for each request that is allowed.
    [LoggerMessage(3702, LogLevel.Information,
        "Answered {Requests} requests: pages {PageHits} from memory and {PageMisses} asked for, files {FileHits} from the cache and {FileMisses} fetched, {BytesServed} bytes sent")]
    private partial void LogAnswered(long requests, long pageHits, long pageMisses, long fileHits, long fileMisses, long bytesServed);

    [LoggerMessage(3701, LogLevel.Warning, "The record of traffic can't be written; it is tried again in a minute")]
    private partial void LogNotWritten(Exception error);
}
