using Hashgate.Core.Trust;

namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// The index claims another digest than the one on record, and the recorded bytes could not be had. While they can be
/// had they are served: the record stands. Bytes that a former owner of the project had under the name are not.
/// </summary>
public sealed class HashChangedRule : IPolicyRule
{
    public string Name => RuleNames.HashChanged;

    public bool NeverSoftened => true;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        if (file.Record is { Conflict: true })
            return new Finding(Name, Verdict.Block, FindingScope.File, "journals disagree about this file's digest until an operator accepts one");
        if (file is { Pin.Outcome: PinOutcome.Changed, Record: { AcceptedAt: null } record } && record.Upstream != project.Upstream.Name)
            return new Finding(Name, Verdict.Block, FindingScope.File, $"other bytes were first seen from the upstream {record.Upstream}, which no longer owns the project, until an operator accepts these");
        return file.FailedProof is { Rule: RuleNames.HashChanged } failed
            ? new Finding(Name, Verdict.Block, FindingScope.File, failed.Reason, failed.Until)
            : null;
    }
}
