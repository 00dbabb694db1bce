using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Traffic;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>Gathers the overview. A store that is away leaves its part of the page out, and the page says so.</summary>
internal sealed class OverviewReader(IEventLog events, ITrafficLog traffic, FlagOperations flags, Readiness readiness, HealthItems health, RequestInfo requests, TimeProvider time)
{
    private const int LatestShown = 8;

    /// <summary>How long without any traffic a Hashgate counts as fresh.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromDays(30);

    private static readonly string[] WorthSeeing = [EventKinds.Blocked, EventKinds.Held, EventKinds.Warned, .. EventKinds.Alarms];

    public async Task<Overview> ReadAsync(HttpContext context, OverviewRange range)
    {
        var cancellationToken = context.RequestAborted;
        var now = time.GetUtcNow();
        var problems = new List<string>();
        var summary = await TryAsync(problems, () => events.SummarizeAsync(range.Since(now), range.Until(now), range.Step, cancellationToken));
        var latest = await TryAsync(problems, () => events.QueryAsync(new EventQuery(WorthSeeing, Limit: LatestShown), cancellationToken));
        var hours = await TryAsync(problems, () => traffic.ReadAsync(now - Freshness, cancellationToken));
        var open = await TryAsync(problems, async () => await flags.ListAsync(FlagStatus.Open, null, cancellationToken));
        var isFresh = hours is { Count: 0 } && latest is { Events.Count: 0 };
        return new Overview(
            range,
            Attention(range, summary, open?.Count ?? 0),
            hours?.Where(h => h.Hour >= range.Since(now)).Aggregate(TrafficHour.Empty(range.Since(now)), (sum, hour) => sum.Plus(hour)),
            summary,
            summary is null ? null : RefusalChart.Of(range, summary),
            latest?.Events ?? [],
            health.Tell(),
            problems)
        { FreshIndexUrl = isFresh ? IndexUrl(context) : null };
    }

    private List<AttentionItem> Attention(OverviewRange range, EventSummary? summary, int open)
    {
        var items = new List<AttentionItem>();
        foreach (var kind in EventKinds.Alarms)
        {
            var count = summary?.ByKind.GetValueOrDefault(kind) ?? 0;
            if (count > 0) items.Add(new AttentionItem(Mark.Of(kind), $"{What(kind, count)} in the last {range.Words}.", $"blocked?kind={kind}&range={range.Key}", "See what happened"));
        }
        if (open > 0) items.Add(new AttentionItem(Mark.Of(EventKinds.Flagged), $"{Words.Count(open, "reported package waits", "reported packages wait")} for an operator's decision.", "reports", "Decide"));
        items.AddRange(readiness.Tell().Reasons.Select(reason => new AttentionItem(Mark.Of(false), Sentence(reason), "health", "Look into it")));
        return items;
    }

    private static string What(string kind, long count) => kind switch
    {
        EventKinds.HashMismatch => Words.Count(count, "download was not", "downloads were not") + " what the index promised",
        EventKinds.HashChanged => Words.Count(count, "file was", "files were") + " claimed with another hash than first seen",
        _ => Words.Count(count, "alarm") + " of a store",
    };

    private string IndexUrl(HttpContext context) => (requests.BaseUrl(context) is { Length: > 0 } known ? known : "http://<this host>") + "/simple/";

    private static string Sentence(string reason) => char.ToUpperInvariant(reason[0]) + reason[1..] + (reason.EndsWith('.') ? "" : ".");

    private static async ValueTask<T?> TryAsync<T>(List<string> problems, Func<ValueTask<T>> read) where T : class
    {
        try
        {
            return await read();
        }
        catch (StoreUnavailableException error)
        {
            if (!problems.Contains(error.Message)) problems.Add(error.Message);
            return null;
        }
    }
}
