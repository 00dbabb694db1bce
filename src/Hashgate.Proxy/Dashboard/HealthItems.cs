using Hashgate.Core.Trust;
using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.Dashboard.Pages;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Lists;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Dashboard;

/// <summary>How the upstreams and the stores are, in a line each.</summary>
internal sealed class HealthItems(UpstreamClient upstreams, TrustLedger ledger, PolicyWatch policy, PolicyLists lists, AdvisoryFeed advisories)
{
    public IReadOnlyList<HealthItem> Tell() =>
    [
        .. upstreams.Health.Select(Of),
        Of("Trust records", ledger.Status),
        Of("Waivers, flags and entries", policy.Status),
        Of("Allowlist and blocklist", [.. lists.Problems]),
        Of("Advisories", advisories.Status),
    ];

    private static HealthItem Of(UpstreamHealth health)
    {
        var name = $"Upstream {health.Upstream}";
        if (health.CircuitOpen) return new HealthItem(name, Mark.Of(false, unwell: "away"), health.LastError?.Detail, health.LastSuccess);
        // A failure that a later answer made good again is no news.
        var isFailing = health.LastFailure is { } failure && (health.LastSuccess is not { } success || success < failure);
        if (isFailing) return new HealthItem(name, Mark.Of(false, unwell: "failing"), health.LastError?.Detail, health.LastSuccess);
        return new HealthItem(name, health.LastSuccess is null ? new Mark("info", "not asked yet", "info") : Mark.Of(true), null, health.LastSuccess);
    }

    private static HealthItem Of(string name, IReadOnlyList<string> problems) => new(name, Mark.Of(problems.Count == 0), problems.Count == 0 ? null : string.Join("; ", problems), null);
}
