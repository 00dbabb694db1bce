namespace Hashgate.Core.Policy.Rules;

/// <summary>A wheel or sdist on one project's page whose filename names another project. It is left off the page.</summary>
public sealed class FilenameMismatchRule : IPolicyRule
{
    public string Name => RuleNames.FilenameMismatch;

    public bool NeverSoftened => true;

    public Finding? Evaluate(ProjectFacts project, FileFacts file) =>
        file.Name.ForeignName is { } named
            ? new Finding(Name, Verdict.Block, FindingScope.File, $"the file belongs to {named}, not to {project.Page.Project}")
            : null;
}
