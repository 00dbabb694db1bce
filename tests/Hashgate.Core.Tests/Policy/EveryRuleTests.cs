using Hashgate.Core.Advisories;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Trust;

namespace Hashgate.Core.Tests.Policy;

/// <summary>What holds for every rule alike: one that lacks a fact holds, save where its own text says otherwise, and one that throws blocks.</summary>
public sealed class EveryRuleTests
{
    /// <summary>No readable version, digest, record or upload time.</summary>
    private static readonly FileFacts Bare = Some.File("demo-latest.exe", hasHash: false);

    /// <summary>Each rule without the fact that it goes by, and what it then finds.</summary>
    private static readonly Lack[] Lacks =
    [
        new(new AllowlistRule(), Verdict.Hold) { Inputs = PolicyInputs.Initial with { Allowlist = ListInput.NotLoaded } },
        new(new BlocklistRule(), Verdict.Hold) { Inputs = PolicyInputs.Initial with { Blocklist = ListInput.NotLoaded } },
        new(new MinimumAgeRule(TimeSpan.FromDays(3), false, [], false), Verdict.Hold),
        new(new LateFileRule(TimeSpan.FromDays(14), TimeSpan.FromDays(90), []), Verdict.Hold) { File = Some.File("demo-1.0.zip"), Others = [Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(-100))] },
        new(new RemovedUpstreamRule(TimeSpan.FromDays(90)), Verdict.Hold) { File = Bare with { RemovedSince = Some.Now } },
        new(new MalwareRule(holdWhenMissing: true), Verdict.Hold),
        // The setting's own text: an air-gapped first minute is a warning on /readyz. The rule vulnerability leaves that to malware.
        new(new MalwareRule(holdWhenMissing: false), null),
        new(new VulnerabilityRule(new VulnerabilityOptions { BlockAt = AdvisorySeverity.Low }), null),
        // What it lacks is what it is about.
        new(new NoHashRule(false), Verdict.Block),
        new(new TrustUnavailableRule(), Verdict.Block) { File = Bare with { Pin = new Pin(PinOutcome.Unrecorded, null) } },
        new(new SdistRule([]), Verdict.Block),
        // It is learned before the file is served; where it can't be, the answer is 504.
        new(new ProvenanceRule(new ProvenanceOptions()), null) { File = Bare with { File = Bare.File with { Provenance = new Uri("https://pypi.org/integrity/") } } },
        // Nobody said anything, nothing failed yet, and a name is always there: no fact is lacking.
        new(new FlaggedRule(1), null),
        new(new HashMismatchRule(), null),
        new(new HashChangedRule(), null),
        new(new FilenameMismatchRule(), null),
        new(new TyposquatRule([]), null),
        new(new UpstreamQuarantinedRule(), null),
    ];

    public static TheoryData<int> Places { get; } = [.. Enumerable.Range(0, Lacks.Length)];

    [Fact]
    public void Every_rule_is_in_the_table() => Assert.Equal(
        typeof(IPolicyRule).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IPolicyRule))).Select(t => t.Name).Order(),
        Lacks.Select(l => l.Rule.GetType().Name).Distinct().Order());

    [Theory]
    [MemberData(nameof(Places))]
    public void Lack_of_a_fact_holds_save_where_the_rule_says_otherwise(int place)
    {
        var lack = Lacks[place];
        var finding = lack.Rule.Evaluate(lack.Facts, lack.File);
        Assert.Equal((lack.Rule.Name, lack.Expected), (finding?.Rule ?? lack.Rule.Name, finding?.Verdict));
        // Nobody knows when the fact will be there.
        Assert.Null(finding?.Until);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Rule_that_throws_blocks_its_file_and_a_waiver_does_not_help(int place)
    {
        var lack = Lacks[place];
        var facts = lack.Facts with { Policy = lack.Inputs with { Waivers = new WaiverSet([Some.Waiver(lack.Rule.Name, "demo")]) } };
        var decision = Engine(lack.Rule, audit: false).Decide(facts).Files[^1];
        Assert.Equal((Verdict.Block, lack.Rule.Name), (decision.Verdict, decision.Worst!.Rule));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Rule_that_throws_in_audit_mode_only_records_unless_it_guards_the_proof(int place)
    {
        var lack = Lacks[place];
        var decision = Engine(lack.Rule, audit: true).Decide(lack.Facts).Files[^1];
        Assert.Equal(lack.Rule.NeverSoftened ? Verdict.Block : Verdict.Warn, decision.Verdict);
        Assert.Equal(Verdict.Block, decision.Worst!.Verdict);
    }

    private static PolicyEngine Engine(IPolicyRule rule, bool audit) => new([new Faulty(rule)], _ => audit, (_, _) => { });

    private sealed record Lack(IPolicyRule Rule, Verdict? Expected)
    {
        public FileFacts File { get; init; } = Bare;

        public IReadOnlyList<FileFacts> Others { get; init; } = [];

        public PolicyInputs Inputs { get; init; } = PolicyInputs.Initial;

        public ProjectFacts Facts => Some.Facts([.. Others, File]) with { Policy = Inputs };
    }

    /// <summary>A rule with a bug.</summary>
    private sealed class Faulty(IPolicyRule rule) : IPolicyRule
    {
        public string Name => rule.Name;

        public bool NeverSoftened => rule.NeverSoftened;

        public Finding? Evaluate(ProjectFacts project, FileFacts file) => throw new InvalidOperationException("bug");
    }
}
