using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// A project that isn't popular itself and whose name is a keystroke or a look away from one that is. The names that an upstream owns by
/// globs are the organisation's own and exempt. Lacks no fact ever: a list of popular projects comes with Hashgate.
/// </summary>
/// <param name="exempt">Projects that may be called what they are.</param>
public sealed class TyposquatRule(IReadOnlyList<NameGlob> exempt) : IPolicyRule
{
    public string Name => RuleNames.Typosquat;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        if (project.Upstream.Projects.Count > 0) return null;
        return project.Lookups.Lookalike is not { } lookalike || exempt.Matches(project.Page.Project)
            ? null
            : new Finding(Name, Verdict.Hold, FindingScope.Project, $"the name is easily mistaken for {lookalike}, which is far more popular; an operator can exempt it");
    }
}
