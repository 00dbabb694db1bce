namespace Hashgate.Core.Policy.Rules;

/// <summary>The last download was not what the index and the trust record promise.</summary>
public sealed class HashMismatchRule : IPolicyRule
{
    public string Name => RuleNames.HashMismatch;

    public bool NeverSoftened => true;

    public Finding? Evaluate(ProjectFacts project, FileFacts file) =>
        file.FailedProof is { Rule: RuleNames.HashMismatch } failed
            ? new Finding(Name, Verdict.Block, FindingScope.File, failed.Reason, failed.Until)
            : null;
}
