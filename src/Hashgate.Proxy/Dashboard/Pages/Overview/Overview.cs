using Hashgate.Core.Events;
using Hashgate.Core.Traffic;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>What the overview shows.</summary>
/// <param name="Attention">What somebody should look into now, the gravest first.</param>
/// <param name="Traffic">What went through in the range, in one sum; null where it can't be read.</param>
/// <param name="Events">What happened in the range; null where it can't be read.</param>
/// <param name="Latest">The last refusals and alarms.</param>
/// <param name="Problems">What could not be read, and why.</param>
public sealed record Overview(
    OverviewRange Range,
    IReadOnlyList<AttentionItem> Attention,
    TrafficHour? Traffic,
    EventSummary? Events,
    BarChart? Chart,
    IReadOnlyList<StoredEvent> Latest,
    IReadOnlyList<HealthItem> Health,
    IReadOnlyList<string> Problems)
{
    /// <summary>The index's address for installers, where nothing has come through so far; null where something has.</summary>
    public string? FreshIndexUrl { get; init; }
}

/// <summary>One thing that waits for an operator.</summary>
/// <param name="Path">Where one acts, below <c>/dashboard</c>.</param>
public sealed record AttentionItem(Mark Mark, string Text, string Path, string LinkText);

/// <summary>How one part is.</summary>
/// <param name="Text">Its reasons where it isn't well.</param>
/// <param name="Since">When it was last known to be well; null where that isn't told.</param>
public sealed record HealthItem(string Name, Mark Mark, string? Text, DateTimeOffset? Since);
