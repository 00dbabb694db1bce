using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Storage.Blobs.Disk;

namespace Hashgate.Proxy.Hosting;

/// <summary>What goes on in the background: the blob cache's upkeep, the watch over the trust store, the end of pages that changed owner.</summary>
internal sealed partial class Upkeep(DiskBlobStore blobs, TrustLedger ledger, IPageStore pages, UpstreamMap upstreams, HashgateSettings settings, TimeProvider time, ILogger<Upkeep> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var setting in settings.Ineffective) LogIneffective(setting);
        return Task.WhenAll(Guard("blob upkeep", blobs.RunAsync, stoppingToken), Guard("the watch over the trust store", WatchAsync, stoppingToken), Guard("the removal of others' pages", DropForeignPagesAsync, stoppingToken));
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await ledger.CheckAsync(cancellationToken);
    }

    /// <summary>A page of an upstream that no longer owns the project must never be served again.</summary>
    private async Task DropForeignPagesAsync(CancellationToken cancellationToken)
    {
        await foreach (var (upstream, project) in pages.ListAsync(cancellationToken))
        {
            if (upstreams.OwnerOf(project)?.Name != upstream) await pages.RemoveAsync(upstream, project, cancellationToken);
        }
    }

    private async Task Guard(string what, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await Task.Run(() => work(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the process.
        }
        catch (Exception error)
        {
            LogEnded(what, error);
            throw;
        }
    }

    [LoggerMessage(3032, LogLevel.Warning, "{Setting} is set and has no effect: this version doesn't have what it is for")]
    private partial void LogIneffective(string setting);

    [LoggerMessage(3031, LogLevel.Critical, "{What} ended")]
    private partial void LogEnded(string what, Exception error);
}
