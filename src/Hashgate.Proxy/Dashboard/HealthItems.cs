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

    /// <summary>How an upstream stands. A failure that a later answer made good again is no news.</summary>
    public static Mark MarkOf(UpstreamHealth health) =>
        health.CircuitOpen ? new Mark("block", "away", "block")
        : health.LastFailure is { } failure && !(health.LastSuccess >= failure) ? Mark.Of(false, unwell: "failing")
        : health.LastSuccess is null ? new Mark("info", "not asked yet", "info") : Mark.Of(true);

    private static HealthItem Of(UpstreamHealth health)
    {
        var mark = MarkOf(health);
        return new HealthItem($"Upstream {health.Upstream}", mark, mark.Class is "ok" or "info" ? null : health.LastError?.Detail, health.LastSuccess);
    }

    private static HealthItem Of(string name, IReadOnlyList<string> problems) => new(name, Mark.Of(problems.Count == 0), problems.Count == 0 ? null : string.Join("; ", problems), null);
}
