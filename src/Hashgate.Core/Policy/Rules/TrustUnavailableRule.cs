using Hashgate.Core.Trust;

namespace Hashgate.Core.Policy.Rules;

/// <summary>The file was never seen, and first sight can't be put on record now.</summary>
public sealed class TrustUnavailableRule : IPolicyRule
{
    public string Name => RuleNames.TrustUnavailable;

    public bool NeverSoftened => true;

    public Finding? Evaluate(ProjectFacts project, FileFacts file) =>
        file.Pin is { Outcome: PinOutcome.Unrecorded }
            ? new Finding(Name, Verdict.Block, FindingScope.File, "first sight of this file can't be recorded now; try again later")
            : null;
}
