using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>Gathers the overview.</summary>
internal sealed class OverviewReader(IEventLog events, Readiness readiness, FlagOperations flags)
{
    public async Task<Overview> ReadAsync(CancellationToken cancellationToken)
    {
        var latest = await events.QueryAsync(new EventQuery(Limit: 10), cancellationToken);
        return new Overview(await AttentionAsync(cancellationToken), latest.Events);
    }

    private async Task<IReadOnlyList<AttentionItem>> AttentionAsync(CancellationToken cancellationToken)
    {
        var items = new List<AttentionItem>();
        var open = (await flags.ListAsync(FlagStatus.Open, null, cancellationToken)).Count;
        if (open > 0) items.Add(new AttentionItem(Mark.Of(EventKinds.Flagged), $"{Words.Count(open, "report")} wait for an operator.", "reports", "Decide on them"));
        items.AddRange(readiness.Tell().Reasons.Select(reason => new AttentionItem(Mark.Of(false), reason, "health", "Look at the health page")));
        return items;
    }
}
