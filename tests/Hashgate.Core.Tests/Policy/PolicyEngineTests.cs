using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.Policy;

public sealed class PolicyEngineTests
{
    private static readonly FileFacts Sdist = Some.File("demo-1.0.tar.gz");
    private static readonly FileFacts Wheel = Some.File("demo-1.0.0-py3-none-any.whl");
    private static readonly FileFacts Later = Some.File("demo-2.0.tar.gz");
    private static readonly FileFacts Egg = Some.File("demo-1.0-py2.7.egg");

    [Fact]
    public void No_finding_allows()
    {
        var decision = Decide([new Rule("quiet", _ => null)], Sdist, Wheel);
        Assert.All(decision.Files, f => Assert.Equal((Verdict.Allow, null), (f.Verdict, f.Worst)));
        Assert.Equal(DateTimeOffset.MaxValue, decision.NextChange);
        Assert.False(decision.RefusesAll);
        Assert.Null(decision.Stub);
    }

    [Fact]
    public void Finding_on_a_file_reaches_that_file_alone() =>
        Assert.Equal([Verdict.Block, Verdict.Allow, Verdict.Allow, Verdict.Allow], Verdicts(FindingScope.File, Sdist));

    [Fact]
    public void Finding_on_a_release_reaches_every_spelling_of_its_version() =>
        Assert.Equal([Verdict.Block, Verdict.Block, Verdict.Allow, Verdict.Allow], Verdicts(FindingScope.Release, Sdist));

    [Fact]
    public void File_without_a_readable_version_is_a_release_of_its_own() =>
        Assert.Equal([Verdict.Allow, Verdict.Allow, Verdict.Allow, Verdict.Block], Verdicts(FindingScope.Release, Egg));

    [Fact]
    public void Finding_on_a_project_reaches_all()
    {
        Assert.Equal([Verdict.Block, Verdict.Block, Verdict.Block, Verdict.Block], Verdicts(FindingScope.Project, Later));
        Assert.True(Decide([Rule.On(Later, FindingScope.Project, Verdict.Block)], Sdist, Later).RefusesAll);
    }

    [Fact]
    public void Wide_finding_made_on_each_file_is_told_once_each()
    {
        var decision = Decide([new Rule("wide", _ => new Finding("wide", Verdict.Block, FindingScope.Project, "because"))], Sdist, Wheel, Later);
        Assert.All(decision.Files, f => Assert.Single(f.Findings));
    }

    [Fact]
    public void Worst_finding_decides_whatever_the_rules_order()
    {
        Rule[] rules = [Rule.Always("warns", Verdict.Warn), Rule.Always("blocks", Verdict.Block), Rule.Always("allows", Verdict.Allow), Rule.Always("holds", Verdict.Hold)];
        foreach (var order in (Rule[][])[rules, [.. rules.Reverse()]])
        {
            var file = Decide(order, Sdist).Files[0];
            Assert.Equal(Verdict.Block, file.Verdict);
            Assert.Equal(["blocks", "holds", "warns", "allows"], file.Findings.Select(f => f.Rule));
            Assert.True(file.IsRefused);
        }
    }

    [Theory]
    [InlineData(Verdict.Allow, false)]
    [InlineData(Verdict.Warn, false)]
    [InlineData(Verdict.Hold, true)]
    [InlineData(Verdict.Block, true)]
    public void Held_and_blocked_files_are_refused(Verdict verdict, bool refused) =>
        Assert.Equal(refused, Decide([Rule.Always("rule", verdict)], Sdist).Files[0].IsRefused);

    [Fact]
    public void Rule_that_throws_blocks_the_file_and_is_reported()
    {
        var failure = new InvalidOperationException("bug");
        (string, Exception)? reported = null;
        var engine = new PolicyEngine([new Rule("faulty", file => file == Wheel ? throw failure : null)], _ => false, (rule, error) => reported = (rule.Name, error));

        var decision = engine.Decide(Some.Facts(Sdist, Wheel));
        Assert.Equal([Verdict.Allow, Verdict.Block], decision.Files.Select(f => f.Verdict));
        Assert.Equal(("faulty", failure), reported);
        Assert.DoesNotContain("bug", decision.Files[1].Worst!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_holds_the_one_that_lasts_longer_is_told()
    {
        Rule Until(string name, DateTimeOffset? end) => new(name, _ => new Finding(name, Verdict.Hold, FindingScope.File, "young", end));
        Assert.Equal("long", Decide([Until("short", Some.Now.AddDays(1)), Until("long", Some.Now.AddDays(9))], Sdist).Files[0].Worst!.Rule);
        Assert.Equal("endless", Decide([Until("short", Some.Now.AddDays(1)), Until("endless", null), Until("long", Some.Now.AddDays(9))], Sdist).Files[0].Worst!.Rule);
    }

    [Fact]
    public void Audited_block_is_told_before_a_warning()
    {
        var file = Decide([Rule.Always("warns", Verdict.Warn), Rule.Always("holds", Verdict.Hold), Rule.Always("blocks", Verdict.Block)], _ => true, Sdist).Files[0];
        Assert.Equal(["blocks", "holds", "warns"], file.Findings.Select(f => f.Rule));
    }

    [Fact]
    public void Audited_rule_warns_and_keeps_what_it_would_have_done()
    {
        var file = Decide([Rule.Always("soft", Verdict.Block)], _ => true, Sdist).Files[0];
        Assert.Equal((Verdict.Warn, false), (file.Verdict, file.IsRefused));
        Assert.Equal((Verdict.Block, true), (file.Worst!.Verdict, file.Worst.AuditOnly));
    }

    [Fact]
    public void Audited_block_does_not_hide_an_enforced_hold()
    {
        var file = Decide([Rule.Always("soft", Verdict.Block), Rule.Always("firm", Verdict.Hold)], rule => rule.Name == "soft", Sdist).Files[0];
        Assert.Equal((Verdict.Hold, "firm"), (file.Verdict, file.Worst!.Rule));
    }

    [Fact]
    public void Rule_that_is_never_softened_is_enforced_in_audit_mode() =>
        Assert.Equal(Verdict.Block, Decide([Rule.Always("guard", Verdict.Block, neverSoftened: true)], _ => true, Sdist).Files[0].Verdict);

    [Theory]
    [InlineData("soft", "demo", "==1.*", true)]
    [InlineData("other", "demo", "==1.*", false)]
    [InlineData("soft", "other", "==1.*", false)]
    [InlineData("soft", "demo", ">=2", false)]
    [InlineData("soft", "demo", null, true)]
    public void Waiver_lifts_its_rule_for_its_versions_of_its_project(string rule, string project, string? versions, bool lifted)
    {
        var waiver = Some.Waiver(rule, project) with { Versions = versions is null ? null : VersionSpecifiers.Parse(versions) };
        var file = DecideWaived([Rule.Always("soft", Verdict.Block)], waiver, Sdist).Files[0];
        Assert.Equal(lifted ? Verdict.Warn : Verdict.Block, file.Verdict);
        Assert.Equal((Verdict.Block, lifted ? waiver : null), (file.Worst!.Verdict, file.Worst.Waiver));
    }

    [Fact]
    public void Waiver_of_one_hash_lifts_that_file_of_a_refused_release()
    {
        var waiver = Some.Waiver("on", "demo") with { Sha256 = Some.Digest };
        var other = Wheel with { File = Wheel.File with { Sha256 = Sha256Digest.Of("other"u8) } };
        var decision = DecideWaived([Rule.On(Sdist, FindingScope.Release, Verdict.Block)], waiver, Sdist, other);
        Assert.Equal([Verdict.Warn, Verdict.Block], decision.Files.Select(f => f.Verdict));
    }

    [Fact]
    public void Waiver_ends_when_it_expires()
    {
        var waiver = Some.Waiver("soft", "demo") with { Expires = Some.Now.AddHours(1) };
        var decision = DecideWaived([Rule.Always("soft", Verdict.Block)], waiver, Sdist);
        Assert.Equal((Verdict.Warn, Some.Now.AddHours(1)), (decision.Files[0].Verdict, decision.NextChange));
        Assert.Equal(Verdict.Block, DecideWaived([Rule.Always("soft", Verdict.Block)], waiver with { Expires = Some.Now }, Sdist).Files[0].Verdict);
    }

    [Fact]
    public void Waiver_lifts_neither_a_guard_of_the_proof_nor_a_rule_that_failed()
    {
        Rule[] rules = [Rule.Always("guard", Verdict.Block, neverSoftened: true)];
        Assert.Equal(Verdict.Block, DecideWaived(rules, Some.Waiver("guard", "demo"), Sdist).Files[0].Verdict);
        var failing = new PolicyEngine([new Rule("faulty", _ => throw new InvalidOperationException("bug"))], _ => false, (_, _) => { });
        var facts = Some.Facts(Sdist) with { Policy = new PolicyInputs { Waivers = new WaiverSet([Some.Waiver("faulty", "demo")]) } };
        Assert.Equal(Verdict.Block, failing.Decide(facts).Files[0].Verdict);
    }

    [Fact]
    public void Next_change_is_the_earliest_end_still_to_come()
    {
        Rule Until(int hours) => new("until", _ => new Finding("until", Verdict.Hold, FindingScope.File, "young", Some.Now.AddHours(hours)));
        Assert.Equal(Some.Now.AddHours(2), Decide([Until(5), Until(2), Until(-1), Until(0)], Sdist).NextChange);
        Assert.Equal(DateTimeOffset.MaxValue, Decide([Until(-1)], Sdist).NextChange);
    }

    [Fact]
    public void Refused_project_without_files_gets_a_stub()
    {
        var decision = Decide([Rule.On(null, FindingScope.Project, Verdict.Block)]);
        Assert.Equal(Verdict.Block, decision.Stub!.Verdict);
        Assert.False(decision.RefusesAll);
    }

    [Theory]
    [InlineData(FindingScope.Project, Verdict.Warn)]
    [InlineData(FindingScope.File, Verdict.Block)]
    [InlineData(FindingScope.Release, Verdict.Block)]
    public void Project_without_files_has_no_stub_unless_it_is_refused_as_a_whole(FindingScope scope, Verdict verdict) =>
        Assert.Null(Decide([Rule.On(null, scope, verdict)]).Stub);

    [Fact]
    public void Project_with_files_has_no_stub() => Assert.Null(Decide([Rule.On(null, FindingScope.Project, Verdict.Block)], Sdist).Stub);

    [Fact]
    public void Stub_is_a_wheel_of_its_project()
    {
        var facts = ProjectStub.Facts(ProjectName.Parse("Acme-Web"));
        Assert.Equal("acme_web-0+blocked.by.hashgate-py2.py3-none-any.whl", facts.File.Filename);
        Assert.Equal("files/hashgate/acme-web/acme_web-0+blocked.by.hashgate-py2.py3-none-any.whl", facts.Path);
        Assert.False(facts.Name.IsForeign);
        Assert.NotNull(facts.Name.Version);
    }

    private static ProjectDecision Decide(Rule[] rules, params FileFacts[] files) => Decide(rules, _ => false, files);

    private static ProjectDecision Decide(Rule[] rules, Func<IPolicyRule, bool> auditOnly, params FileFacts[] files) =>
        new PolicyEngine(rules, auditOnly, (rule, error) => Assert.Fail($"{rule.Name}: {error}")).Decide(Some.Facts(ProjectStatus.Active, files));

    private static ProjectDecision DecideWaived(Rule[] rules, Waiver waiver, params FileFacts[] files) =>
        new PolicyEngine(rules, _ => false, (rule, error) => Assert.Fail($"{rule.Name}: {error}"))
            .Decide(Some.Facts(files) with { Policy = new PolicyInputs { Waivers = new WaiverSet([waiver]) } });

    private static IEnumerable<Verdict> Verdicts(FindingScope scope, FileFacts on) =>
        Decide([Rule.On(on, scope, Verdict.Block)], Sdist, Wheel, Later, Egg).Files.Select(f => f.Verdict);

    private sealed class Rule(string name, Func<FileFacts, Finding?> evaluate, bool neverSoftened = false) : IPolicyRule
    {
        public string Name => name;

        public bool NeverSoftened => neverSoftened;

        public Finding? Evaluate(ProjectFacts project, FileFacts file) => evaluate(file);

        public static Rule Always(string name, Verdict verdict, bool neverSoftened = false) =>
            new(name, _ => new Finding(name, verdict, FindingScope.File, "because"), neverSoftened);

        /// <summary>Finds something on one file; on every file where that is null.</summary>
        public static Rule On(FileFacts? file, FindingScope scope, Verdict verdict) =>
            new("on", f => file is null || ReferenceEquals(f, file) ? new Finding("on", verdict, scope, "because") : null);
    }
}
