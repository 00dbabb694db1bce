using System.Globalization;
using Hashgate.Core.Advisories;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Storage.Advisories;

namespace Hashgate.Proxy.Advisories;

/// <summary>
/// Keeps the advisories in force: those of the last run from the first request on, then whatever the source says, asked for in the
/// background. A source that can't be read, or that lost many records at once, changes nothing and is told of.
/// </summary>
/// <param name="source">Null: no advisories are wanted.</param>
internal sealed partial class AdvisoryFeed(
    IAdvisorySource? source, AdvisoryFile file, AdvisorySettings settings, PolicyState policy, IEventLog events, TimeProvider time, ILogger<AdvisoryFeed> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>Not confirmed for so long, what is in force may lack what matters.</summary>
    private static readonly TimeSpan OldAfter = TimeSpan.FromHours(24);

    /// <summary>How often the file is written only to keep when the source was last asked.</summary>
    private static readonly TimeSpan KeepAfter = TimeSpan.FromHours(1);

    /// <summary>The share of the records, in percent, that may be gone at once.</summary>
    private const int MaxShrinkPercent = 10;

    /// <summary>How long the clients that waited for the start go first: to read a whole source keeps a core busy for seconds.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AdvisorySet? _known;
    private DateTimeOffset _keptAt;
    private volatile string? _problem;

    // Kept apart from other problems: it lasts until the source has its records again.
    private volatile string? _shrunk;

    /// <summary>Whether advisories are wanted at all.</summary>
    public bool IsWanted => source is not null;

    /// <summary>Whether the source could be read the last time it was asked, and is believed.</summary>
    public bool IsUp => Volatile.Read(ref _known) is not null && _problem is null && _shrunk is null;

    /// <summary>When the source last confirmed what is in force; null before the first time.</summary>
    public DateTimeOffset? ConfirmedAt => Volatile.Read(ref _known)?.CheckedAt;

    /// <summary>What doesn't work as it should; empty where all is well, or where no advisories are wanted.</summary>
    public IReadOnlyList<string> Status
    {
        get
        {
            if (source is null) return [];
            var because = _problem is { } problem ? ": " + problem : "";
            if (Volatile.Read(ref _known) is not { } known)
                return [$"no advisories are loaded yet{because}; {(settings.HoldWhenMissing ? "every file is held" : "no release is known to be malicious")}"];
            var reasons = new List<string>();
            if (_shrunk is { } shrunk) reasons.Add(shrunk);
            if (time.GetUtcNow() - known.CheckedAt >= OldAfter)
                reasons.Add(string.Create(CultureInfo.InvariantCulture, $"the advisories in force were last confirmed {known.CheckedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC{because}"));
            return reasons;
        }
    }

    /// <summary>Puts the last run's advisories in force.</summary>
    public void Open()
    {
        if (source is null) return;
        var kept = file.Read(out var problem);
        if (problem is not null) LogUnusable(problem);
        if (kept is null) return;
        _keptAt = kept.CheckedAt;
        PutInForce(kept);
    }

    /// <summary>Asks the source once, and puts what is new in force.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            Take(await source!.AskAsync(_known, cancellationToken));
            if (_problem is not null) LogReadable(settings.Source!);
            _problem = null;
        }
        catch (Exception error) when (error is FeedException or IOException or UnauthorizedAccessException)
        {
            // The first time only: a machine without the internet is told once, not every five minutes.
            if (_problem is null) LogUnreadable(settings.Source!, error.Message);
            _problem = error.Message;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (source is null) return;
        try
        {
            await _started.Task.WaitAsync(stoppingToken);
            await Task.Delay(Courtesy, stoppingToken);
            while (true)
            {
                await Task.Run(() => RefreshAsync(stoppingToken), stoppingToken);
                await Task.Delay(settings.RefreshAfter, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the process.
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _started.TrySetResult();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        (source as IDisposable)?.Dispose();
        base.Dispose();
    }

    private void Take(AdvisoryAnswer answer)
    {
        var (before, after) = (_known, answer.Set);
        if (before is not null && ReferenceEquals(before.Records, after.Records))
        {
            if (answer.IsWhole) _shrunk = null;
            Volatile.Write(ref _known, after);
            if (after.CheckedAt - _keptAt >= KeepAfter) Keep(after);
            return;
        }
        if (answer.Unreadable > 0) LogPassedOver(answer.Unreadable, settings.Source!);
        if (after.Records.Count == 0) throw new FeedException("It has no record that can be read.");
        if (before is not null && before.Source == after.Source && after.Records.Count * 100L < before.Records.Count * (100L - MaxShrinkPercent))
        {
            Refuse(before.Records.Count, after.Records.Count);
            // Changes are followed all the same.
            Volatile.Write(ref _known, before with { ReadAt = after.ReadAt });
            return;
        }
        if (answer.IsWhole) _shrunk = null;
        PutInForce(after);
        var index = policy.Current.Advisories;
        var reason = string.Create(CultureInfo.InvariantCulture, $"{index.Count} advisories are in force, {index.MalwareCount} of them on malware; there were {before?.Records.Count ?? 0} records, there are {after.Records.Count}");
        LogLoaded(reason);
        events.Record(new Event { Kind = EventKinds.AdvisoriesLoaded, When = time.GetUtcNow(), Reason = reason });
        Keep(after);
    }

    private void Refuse(int before, int after)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"the source of advisories has {after} records where it had {before}: that is not believed, the earlier ones stay in force; if it is right, stop Hashgate, remove the folder advisories from the data directory and start again");
        if (_shrunk is null)
        {
            LogShrunk(reason);
            events.Record(new Event { Kind = EventKinds.AdvisoriesRefused, When = time.GetUtcNow(), Reason = reason });
        }
        _shrunk = reason;
    }

    private void PutInForce(AdvisorySet set)
    {
        var index = new AdvisoryIndex(set.Records);
        Volatile.Write(ref _known, set);
        policy.Change(inputs => inputs with { Advisories = index });
    }

    /// <summary>Without room to keep them the advisories are in force all the same, until the process ends.</summary>
    private void Keep(AdvisorySet set)
    {
        try
        {
            file.Write(set);
            _keptAt = set.CheckedAt;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotKept(error.Message);
        }
    }

    [LoggerMessage(3301, LogLevel.Warning, "The advisories of {Source} can't be read: {Problem} Those in force stay; it is asked again and again")]
    private partial void LogUnreadable(string source, string problem);

    [LoggerMessage(3302, LogLevel.Information, "The advisories of {Source} can be read again")]
    private partial void LogReadable(string source);

    [LoggerMessage(3303, LogLevel.Information, "{Counts}")]
    private partial void LogLoaded(string counts);

    [LoggerMessage(3304, LogLevel.Error, "{Problem}")]
    private partial void LogShrunk(string problem);

    [LoggerMessage(3305, LogLevel.Warning, "{Count} records of {Source} can't be read; what was known of them stays in force")]
    private partial void LogPassedOver(int count, string source);

    [LoggerMessage(3307, LogLevel.Warning, "The advisories can't be kept for the next start: {Problem}")]
    private partial void LogNotKept(string problem);

    [LoggerMessage(3306, LogLevel.Warning, "The kept advisories can't be used and are read anew: {Problem}")]
    private partial void LogUnusable(string problem);
}
