using Hashgate.Core.Blobs;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Lists;
using Hashgate.Proxy.Upstreams;
using Hashgate.Proxy.Webhooks;

namespace Hashgate.Proxy.Hosting;

/// <summary>Says whether requests should come here, and what doesn't work as it should.</summary>
internal sealed class Readiness(TrustLedger ledger, UpstreamClient upstreams, ProjectPages pages, PolicyWatch policy, PolicyLists lists, AdvisoryFeed advisories, WebhookDispatcher webhooks, ISharedBlobs blobs, ISharedJournals journals, Draining draining, HashgateSettings settings, TimeProvider time)
{
    public const string ReadyStatus = "ready";
    public const string DegradedStatus = "degraded";

    /// <summary>This replica can't know its store yet; the others can.</summary>
    public const string StartingStatus = "starting";
    public const string DrainingStatus = "draining";

    public (string Status, IReadOnlyList<string> Reasons) Tell()
    {
        var reasons = new List<string>([.. ledger.Status, .. policy.Status, .. lists.Problems]);
        foreach (var health in upstreams.Health.Where(h => h.CircuitOpen))
            reasons.Add($"upstream {health.Upstream} gives no usable answer{(health.LastError is { } error ? ": " + error.Detail : "")}; cached pages and files go on");
        var now = time.GetUtcNow();
        var old = pages.Loaded.Count(view => now - view.Snapshot.FetchedAt >= settings.StalePagesAfter);
        if (old > 0) reasons.Add($"{old} pages in use are older than {settings.StalePagesAfter}: their upstream can't be asked");
        reasons.AddRange(advisories.Status);
        if (blobs.Trouble is { } trouble) reasons.Add($"{trouble} Files come from this replica's own cache and the upstream meanwhile.");
        if (journals.Trouble is { } behind) reasons.Add(behind);
        reasons.AddRange(webhooks.Problems);
        return (draining.IsStarted ? DrainingStatus : ledger.IsNew ? StartingStatus : reasons.Count > 0 ? DegradedStatus : ReadyStatus, reasons);
    }
}
