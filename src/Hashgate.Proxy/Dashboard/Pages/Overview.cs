using Hashgate.Core.Events;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>What the overview shows.</summary>
/// <param name="Attention">What somebody should look into now, the gravest first.</param>
public sealed record Overview(IReadOnlyList<AttentionItem> Attention, IReadOnlyList<StoredEvent> Latest);

/// <summary>One thing that waits for an operator.</summary>
/// <param name="Path">Where one acts, below <c>/dashboard</c>.</param>
public sealed record AttentionItem(Mark Mark, string Text, string Path, string LinkText);
