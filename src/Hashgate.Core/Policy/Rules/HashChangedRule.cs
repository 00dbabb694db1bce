namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// The index claims another digest than the one on record, and the recorded bytes could not be had. While they can be
/// had they are served: the record stands.
/// </summary>
public sealed class HashChangedRule : IPolicyRule
{
    public string Name => RuleNames.HashChanged;

    public bool NeverSoftened => true;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        if (file.Record is { Conflict: true })
            return new Finding(Name, Verdict.Block, FindingScope.File, "journals disagree about this file's digest until an operator accepts one");
        return file.FailedProof is { Rule: RuleNames.HashChanged } failed
            ? new Finding(Name, Verdict.Block, FindingScope.File, failed.Reason, failed.Until)
            : null;
    }
}
