namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// People reported the project, the release or one of its files, and an operator confirmed it. Enough reports of signed-in people hold it
/// until an operator decides, where that is set. No flag is no finding: nobody said anything.
/// </summary>
/// <param name="reportsToBlock">How many signed-in people it takes, 1 to 100; 0: never.</param>
public sealed class FlaggedRule(int reportsToBlock) : IPolicyRule
{
    public string Name => RuleNames.Flagged;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        if (project.Policy.Flags.For(project.Page.Project) is not { } flags) return null;
        var release = Judge(flags.ReleaseOf(file.Name), FindingScope.Release);
        var whole = Judge(flags.Project, FindingScope.Project);
        return release is null || whole?.Verdict >= release.Verdict ? whole : release;
    }

    private Finding? Judge(Flag? flag, FindingScope scope)
    {
        if (flag is null) return null;
        var what = scope == FindingScope.Project ? "the project" : "the release";
        if (flag is { Status: FlagStatus.Confirmed, Decision: { } decision })
        {
            var why = string.IsNullOrEmpty(decision.Reason) ? "" : ": " + decision.Reason;
            return new Finding(Name, Verdict.Block, scope, $"{what} was reported, and an operator confirmed it{why}") { Since = decision.When };
        }
        if (flag.Status != FlagStatus.Open || reportsToBlock == 0 || flag.SignedIn.Count < reportsToBlock) return null;
        // Not in the reporters' words: nobody has looked at them yet.
        return new Finding(Name, Verdict.Hold, scope, $"{flag.SignedIn.Count} people reported {what}; it is held until an operator decides") { Since = flag.LastReported };
    }
}
