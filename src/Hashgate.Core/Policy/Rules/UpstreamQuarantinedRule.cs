namespace Hashgate.Core.Policy.Rules;

/// <summary>The upstream quarantined the project (PEP 792): nothing of it is served, cached or not. Archived and deprecated ones warn.</summary>
public sealed class UpstreamQuarantinedRule : IPolicyRule
{
    public string Name => RuleNames.UpstreamQuarantined;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        var (status, reason) = project.Page.Status;
        var because = string.IsNullOrEmpty(reason) ? "" : ": " + reason;
        return status switch
        {
            "quarantined" => new Finding(Name, Verdict.Block, FindingScope.Project, $"{project.Upstream.Name} quarantined the project{because}"),
            "archived" or "deprecated" => new Finding(Name, Verdict.Warn, FindingScope.Project, $"{project.Upstream.Name} marks the project as {status}{because}"),
            _ => null,
        };
    }
}
