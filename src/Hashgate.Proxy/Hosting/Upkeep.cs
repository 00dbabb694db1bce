using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;
using Hashgate.Storage.Blobs.Disk;

namespace Hashgate.Proxy.Hosting;

/// <summary>What goes on in the background: the blob cache's upkeep, the watch over the trust store, the end of pages that changed owner.</summary>
internal sealed partial class Upkeep(DiskBlobStore blobs, TrustLedger ledger, IPageStore pages, UpstreamMap upstreams, TimeProvider time, ILogger<Upkeep> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Guard("blob upkeep", blobs.RunAsync, stoppingToken), Guard("the watch over the trust store", WatchAsync, stoppingToken), Guard("the removal of others' pages", DropForeignPagesAsync, stoppingToken));

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

    [LoggerMessage(3031, LogLevel.Critical, "{What} ended")]
    private partial void LogEnded(string what, Exception error);
}
