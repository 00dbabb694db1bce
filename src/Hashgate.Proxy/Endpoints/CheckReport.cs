using Hashgate.Core.Policy;
using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Endpoints;

/// <summary>The answer to a check.</summary>
/// <param name="Summary">One line: <c>3 refused: 1 malware, 2 too new; 4 warnings</c>.</param>
/// <param name="Refused">What an installer would not get.</param>
/// <param name="Warnings">What it would get although a rule has something to say.</param>
/// <param name="Chosen">Unpinned: the version that would be taken, and the newer ones that are passed over.</param>
/// <param name="Missing">What its index doesn't have: an installer fails on it, so it is no pass.</param>
/// <param name="NotChecked">What isn't from an index, or can't be asked for now.</param>
/// <param name="Allowed">How many are simply served.</param>
/// <param name="Markers">How many have an environment marker; all are checked as if it held.</param>
/// <param name="Unavailable">How many could not be checked because an upstream gives no answer.</param>
internal sealed record CheckReport(
    string Summary, IReadOnlyList<CheckLine> Refused, IReadOnlyList<CheckLine> Warnings, IReadOnlyList<CheckLine> Chosen, IReadOnlyList<CheckLine> Missing,
    IReadOnlyList<CheckLine> NotChecked, int Allowed, int Markers, int Unavailable)
{
    public static CheckReport Of(IReadOnlyList<CheckedItem> items)
    {
        var refused = Lines(items, item => item.Outcome == CheckOutcome.Refused);
        var warnings = Lines(items, item => item.Outcome == CheckOutcome.Warned);
        var missing = Lines(items, item => item.Outcome == CheckOutcome.Missing);
        var notChecked = Lines(items, item => item.Outcome is CheckOutcome.NotChecked or CheckOutcome.Unavailable);
        return new CheckReport(
            Summarize(refused, warnings.Length, missing.Length, notChecked.Length),
            refused,
            warnings,
            Lines(items, item => item.Outcome is CheckOutcome.Allowed or CheckOutcome.Warned && !item.Item.IsPinned),
            missing,
            notChecked,
            items.Count(item => item.Outcome == CheckOutcome.Allowed),
            items.Count(item => item.Item.Marker is not null),
            items.Count(item => item.Outcome == CheckOutcome.Unavailable));
    }

    private static CheckLine[] Lines(IReadOnlyList<CheckedItem> items, Func<CheckedItem, bool> which) => [.. items.Where(which).Select(CheckLine.Of)];

    /// <summary>The gravest first: what is blocked before what is held, then whatever there is most of.</summary>
    private static string Summarize(CheckLine[] refused, int warnings, int missing, int notChecked)
    {
        var byRule = refused.ToLookup(line => line.Rule!);
        var rules = RuleWords.Counted(byRule.Select(g => KeyValuePair.Create(g.Key, g.LongCount())), rule => (int)byRule[rule].Max(line => line.Verdict)!);
        return $"{refused.Length} refused{(rules.Length > 0 ? ": " + rules : "")}; {warnings} {(warnings == 1 ? "warning" : "warnings")}"
            + (missing > 0 ? $"; {missing} not found" : "") + (notChecked > 0 ? $"; {notChecked} not checked" : "");
    }
}

/// <summary>One item of a check.</summary>
/// <param name="Name">The project, or what the file says where it names none.</param>
internal sealed record CheckLine(
    string Name, string? Version, string? Filename, string? Rule, string? Reason, DateTimeOffset? Until, string? Marker, IReadOnlyList<SkippedVersion> Skipped)
{
    /// <summary>Of what is refused: blocked or held.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Verdict? Verdict { get; init; }

    public static CheckLine Of(CheckedItem item) => new(item.Item.Name, item.Version, item.Filename, item.Rule, item.Reason, item.Until, item.Item.Marker, item.Skipped) { Verdict = item.Verdict };
}
