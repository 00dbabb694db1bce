using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Hosting;

/// <summary>Makes the rules and the engine that settings ask for: one place for the policy in force and for one that is tried.</summary>
internal static class PolicyRules
{
    public static IReadOnlyList<IPolicyRule> Create(PolicySettings policy, AdvisorySettings advisories)
    {
        var (age, late) = (policy.MinimumAge, policy.LateFile);
        // In this order, which is the one among findings that are equally bad.
        return
        [
            new HashMismatchRule(),
            new HashChangedRule(),
            new NoHashRule(policy.AllowFirstUseWithoutHash),
            new FilenameMismatchRule(),
            new TrustUnavailableRule(),
            new UpstreamQuarantinedRule(),
            .. policy.HasList(RuleNames.Allowlist) ? [new AllowlistRule()] : Array.Empty<IPolicyRule>(),
            new BlocklistRule(),
            .. policy.Sdist.Refuse ? [new SdistRule(policy.Sdist.Exempt)] : Array.Empty<IPolicyRule>(),
            new TyposquatRule(policy.Typosquat.Exempt),
            new RemovedUpstreamRule(policy.RemovedUpstreamAge),
            new MinimumAgeRule(age.Age, age.FirstSeenClock, age.Exempt, policy.Vulnerability.LetFixesThrough),
            new LateFileRule(late.After, late.HoldFor, late.Exempt),
            new MalwareRule(advisories.HoldWhenMissing),
            new VulnerabilityRule(policy.Vulnerability.Options),
            new FlaggedRule(policy.Flagged.ReportsToBlock),
            new ProvenanceRule(policy.Provenance),
        ];
    }

    /// <summary>The engine that asks those of the rules that are on, in their modes.</summary>
    /// <param name="onRuleFailure">Told of a rule that threw.</param>
    public static PolicyEngine Engine(IEnumerable<IPolicyRule> rules, PolicySettings policy, Action<IPolicyRule, Exception> onRuleFailure) =>
        new([.. rules.Where(rule => policy.IsOn(rule.Name))], rule => policy.IsAudited(rule.Name), onRuleFailure);
}
