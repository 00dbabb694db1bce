namespace Hashgate.Core.Policy.Rules;

/// <summary>The index names no sha256 for the file, so there is nothing to hold its bytes against.</summary>
/// <param name="allowFirstUse">Take the digest of the first download instead.</param>
public sealed class NoHashRule(bool allowFirstUse) : IPolicyRule
{
    public string Name => RuleNames.NoHash;

    public bool NeverSoftened => true;

    public Finding? Evaluate(ProjectFacts project, FileFacts file) =>
        file.File.Sha256 is null && !allowFirstUse
            ? new Finding(Name, Verdict.Block, FindingScope.File, file.Record is null
                ? "the index names no sha256 for this file"
                : "the index no longer names a sha256 for this file")
            : null;
}
