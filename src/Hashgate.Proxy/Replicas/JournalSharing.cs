using Hashgate.Core.Trust;
using Hashgate.Storage.Journals;

namespace Hashgate.Proxy.Replicas;

/// <summary>Where replicas share journals.</summary>
internal static class SharedJournals
{
    /// <param name="isUsed">Whether there is an object store to share them in.</param>
    public static void AddSharedJournals(this IServiceCollection services, bool isUsed)
    {
        if (!isUsed)
        {
            services.AddSingleton<ISharedJournals, NoSharedJournals>();
            return;
        }
        services.AddSingleton<JournalBucket>();
        services.AddSingleton<JournalSender>();
        services.AddSingleton<ISharedJournals, BucketJournals>();
        services.AddHostedService<JournalSharing>();
    }
}

/// <summary>Sends this replica's journal to the object store as it grows, and has the ledger know how far the others have come.</summary>
internal sealed partial class JournalSharing(JournalSender sender, TrustLedger ledger, TimeProvider time, ILogger<JournalSharing> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two tries while the store is away.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A stop waits for the last lines no longer than this; what isn't sent then is sent at the next start.</summary>
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start is for the clients that wait for it.
        await Task.Yield();
        var (pause, hasLearned) = (Every, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                hasLearned = hasLearned || await ledger.LearnAsync(stoppingToken);
                pause = await TrySendAsync(stoppingToken) && hasLearned ? Every : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The end, which sends what is left.
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestGoodbye);
        try
        {
            await TrySendAsync(patience.Token);
        }
        catch (OperationCanceledException error)
        {
            LogLeft(error);
        }
    }

    private async Task<bool> TrySendAsync(CancellationToken cancellationToken)
    {
        var wasInTrouble = sender.Trouble is not null;
        try
        {
            await sender.SendAsync(cancellationToken);
            if (wasInTrouble) LogSentAgain();
            return true;
        }
        catch (IOException error)
        {
            if (!wasInTrouble) LogNotSent(error);
            return false;
        }
    }

    [LoggerMessage(4111, LogLevel.Warning, "This replica's journal can't be sent to the object store; its lines wait on this replica's disk")]
    private partial void LogNotSent(Exception error);

    [LoggerMessage(4112, LogLevel.Information, "This replica's journal is in the object store again, whole")]
    private partial void LogSentAgain();

    [LoggerMessage(4113, LogLevel.Warning, "The last lines of this replica's journal did not reach the object store before the end; the next start on this data directory sends them")]
    private partial void LogLeft(Exception error);
}
