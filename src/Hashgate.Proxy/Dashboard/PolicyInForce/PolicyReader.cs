using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Lists;

namespace Hashgate.Proxy.Dashboard.PolicyInForce;

/// <summary>Gathers what is in force.</summary>
internal sealed class PolicyReader(
    HashgateSettings settings, PolicyState state, PolicyWatch watch, PolicyLists lists, AdvisoryFeed feed, ListOperations entries, WaiverOperations waivers, IEventLog events, TimeProvider time)
{
    private const int MaxChanges = 8;

    private static readonly string[] Changes = [EventKinds.PolicyChanged, EventKinds.Waived, EventKinds.Flagged];

    /// <exception cref="Core.Trust.StoreUnavailableException">A store is away.</exception>
    public async Task<PolicyOverview> ReadAsync(CancellationToken cancellationToken)
    {
        var inputs = state.Current;
        var now = time.GetUtcNow();
        return new PolicyOverview(
            settings.Policy.Audit,
            [.. watch.Status, .. lists.Problems],
            RuleRows.Of(settings.Policy),
            new FeedRow(settings.Advisories.Source, inputs.Advisories.Count, inputs.Advisories.MalwareCount, feed.ConfirmedAt, settings.Advisories.RefreshAfter, feed.Status),
            [await ListAsync(RuleNames.Allowlist, inputs.Allowlist, cancellationToken), await ListAsync(RuleNames.Blocklist, inputs.Blocklist, cancellationToken)])
        {
            Waivers = [.. (await waivers.ListAsync(null, cancellationToken)).OrderBy(w => w.Expires <= now).ThenBy(w => w.Expires ?? DateTimeOffset.MaxValue)],
            Publishers = [.. inputs.AcceptedPublishers.All.OrderByDescending(a => a.Accepted.When).Select(a => new AcceptedRow(a.Project.Value, a.Accepted))],
            Changes = (await events.QueryAsync(new EventQuery(Kinds: Changes, Limit: MaxChanges), cancellationToken)).Events,
            Waivable = [.. PolicySettings.Softenable.Order(StringComparer.Ordinal)],
        };
    }

    private async Task<ListRow> ListAsync(string list, ListInput input, CancellationToken cancellationToken) => new(
        list,
        settings.Policy.Lists.FirstOrDefault(l => l.Rule == list)?.Source,
        input.IsLoaded,
        input.All.Entries.Count,
        [.. (await entries.AddedAsync(list, cancellationToken)).OrderByDescending(e => e.Created)],
        list == RuleNames.Blocklist || settings.Policy.HasList(list));
}
