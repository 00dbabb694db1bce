using Hashgate.Core.Events;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>Draws what was refused over time, the busiest rules each in its own colour.</summary>
internal static class RefusalChart
{
    private const int MaxRules = 8;

    public static BarChart Of(OverviewRange range, EventSummary summary)
    {
        DateTimeOffset[] steps = [.. Enumerable.Range(0, range.Steps).Select(step => summary.Since + summary.Step * step)];
        var series = summary.Refusals.Take(MaxRules).Select(r => new BarSeries(
            r.Rule.Length == 0 ? "without a rule" : r.Rule,
            r.Rule.Length == 0 ? "rule-none" : "rule-" + r.Rule,
            r.Counts,
            r.Rule.Length == 0 ? null : $"blocked?rule={Uri.EscapeDataString(r.Rule)}&range={range.Key}")).ToList();
        var others = summary.Refusals.Skip(MaxRules).ToArray();
        if (others.Length > 0) series.Add(new BarSeries("other rules", "rule-none", [.. steps.Select((_, step) => others.Sum(r => r.Counts[step]))]));
        return new BarChart($"Blocked and held, by rule, in the last {range.Words}", steps, series, $"Nothing was blocked or held in the last {range.Words}.");
    }
}
