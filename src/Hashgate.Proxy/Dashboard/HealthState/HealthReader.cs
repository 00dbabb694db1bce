using System.Runtime.InteropServices;
using Hashgate.Core.Replicas;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Replicas;
using Hashgate.Proxy.Upstreams;
using Hashgate.Proxy.Webhooks;
using Hashgate.Storage.Blobs.Disk;
using Hashgate.Storage.Events;

namespace Hashgate.Proxy.Dashboard.HealthState;

/// <summary>Gathers how everything is doing. A store that is away is a row of the page, never the end of it.</summary>
internal sealed class HealthReader(
    Readiness readiness, UpstreamClient upstreams, StoreRows stores, TrustLedger ledger, ITrustStore trust, DiskBlobStore blobs, ProjectPages pages, QueuedEventLog events,
    IReplicaList replicas, ReplicaBeat beat, WebhookDispatcher webhooks, HashgateSettings settings, TimeProvider time)
{
    public async Task<HealthOverview> ReadAsync(CancellationToken cancellationToken)
    {
        var (status, reasons) = readiness.Tell();
        var cache = blobs.Stats;
        return new HealthOverview(status, reasons, [.. upstreams.Health.Select(Row)], await stores.ReadAsync(cancellationToken))
        {
            Ledger = new LedgerRow(await OrAwayAsync(async () => (StoreState?)WholeOf(await trust.GetStatesAsync(cancellationToken))), ledger.Journal, ledger.Status),
            Cache = cache,
            OldestUse = blobs.FindOldestUse(),
            MinFreeBytes = settings.Cache.MinFreeBytes,
            Pages = pages.Memory,
            EventsWaiting = events.Figures.Queued,
            Replicas = await OrAwayAsync(async () => await replicas.ListAsync(time.GetUtcNow(), cancellationToken)),
            Self = beat.Self,
            Webhooks = webhooks.States,
            Program = new ProgramRow(ProgramVersion.Number, ProgramVersion.Packages, RuntimeInformation.FrameworkDescription, settings.DataDirectory, cache.FreeBytes, Environment.WorkingSet),
        };
    }

    private static StoreState WholeOf(StoreState[] buckets) => new(buckets[0].Identity, buckets.Sum(b => b.Sequence));

    private UpstreamRow Row(UpstreamHealth health)
    {
        var upstream = settings.Upstreams.All.Single(u => u.Name == health.Upstream);
        // Credentials are settings of their own; one that was written into the URL is not shown either.
        return new UpstreamRow(health, upstream.IndexUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped), upstream.Enabled);
    }

    private static async Task<T?> OrAwayAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (StoreUnavailableException)
        {
            // The row of the store itself tells why.
            return default;
        }
    }
}
