using Hashgate.Core.Policy;
using Hashgate.Proxy.Endpoints;

namespace Hashgate.Proxy.Dashboard.Reports;

/// <summary>What the page of reports shows.</summary>
/// <param name="Status">Those asked for; null: all.</param>
/// <param name="Project">Of this project alone; null: of any.</param>
/// <param name="Rows">Those of this page, the last reported first.</param>
/// <param name="Open">How many wait for an operator, of any project.</param>
public sealed record ReportList(FlagStatus? Status, string? Project, IReadOnlyList<ReportRow> Rows, int InAll, int Open, int Page, int Pages);

/// <summary>The reports on one target and how the target stands now.</summary>
/// <param name="Version">As the release spells it; null where the target is no release.</param>
/// <param name="Verdict">The worst of its files; null where nothing is known of it here any more.</param>
/// <param name="Findings">Those behind the verdict, each once.</param>
/// <param name="Downloads">Of the target in the last 180 days.</param>
/// <param name="Clients">How many were served it.</param>
public sealed record ReportRow(Flag Flag, string? Version, Verdict? Verdict, IReadOnlyList<WhyFinding> Findings, long Downloads, int Clients);
