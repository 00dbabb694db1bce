using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Policy.Rules;

/// <summary>Source distributions are refused: installing one runs its build, with whatever the project put there. Lacks no fact ever.</summary>
/// <param name="exempt">The projects whose source distributions are served all the same.</param>
public sealed class SdistRule(IReadOnlyList<NameGlob> exempt) : IPolicyRule
{
    public string Name => RuleNames.Sdist;

    // What is no wheel is built, or is nothing that an installer takes.
    public Finding? Evaluate(ProjectFacts project, FileFacts file) =>
        file.Name.Kind == DistributionKind.Wheel || exempt.Matches(project.Page.Project)
            ? null
            : new Finding(Name, Verdict.Block, FindingScope.File, "installing a source distribution runs its build; only wheels are allowed");
}
