using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;

namespace Hashgate.Core.Tests.Policy;

public sealed class FlaggedRuleTests
{
    private static readonly FileFacts Wheel = Some.File("demo-1.0-py3-none-any.whl");
    private static readonly FileFacts Sdist = Some.File("demo-1.0.tar.gz");
    private static readonly FileFacts Other = Some.File("demo-2.0.tar.gz");
    private static readonly FileFacts Egg = Some.File("demo-1.0.egg");

    [Fact]
    public void Project_without_flags_has_no_finding() => Assert.Equal([Verdict.Allow, Verdict.Allow], Decide(0, [], Wheel, Other));

    [Fact]
    public void Open_flag_refuses_nothing_however_many_reported() =>
        Assert.Equal([Verdict.Allow], Decide(0, [Reported(new FlagTarget(Some.Project, null, null), "ann", "bob", "cy")], Wheel));

    [Fact]
    public void Confirmed_project_is_blocked() =>
        Assert.Equal([Verdict.Block, Verdict.Block, Verdict.Block], Decide(0, [Confirmed(new FlagTarget(Some.Project, null, null))], Wheel, Other, Egg));

    [Fact]
    public void Confirmed_release_is_blocked_with_every_spelling_of_its_version() =>
        Assert.Equal([Verdict.Block, Verdict.Block, Verdict.Allow, Verdict.Allow], Decide(0, [Confirmed(new FlagTarget(Some.Project, Some.File("demo-1.0.0.tar.gz").Name.Version!.Canonical, null))], Wheel, Sdist, Other, Egg));

    [Fact]
    public void Confirmed_file_takes_its_release_even_when_it_is_gone() =>
        Assert.Equal([Verdict.Block, Verdict.Allow], Decide(0, [Confirmed(new FlagTarget(Some.Project, Wheel.Name.Version!.Canonical, Wheel.File.Filename))], Sdist, Other));

    [Fact]
    public void Confirmed_file_without_a_version_is_blocked_alone() =>
        Assert.Equal([Verdict.Allow, Verdict.Block], Decide(0, [Confirmed(new FlagTarget(Some.Project, null, Egg.File.Filename))], Wheel, Egg));

    [Fact]
    public void Dismissed_flag_refuses_nothing() =>
        Assert.Equal([Verdict.Allow], Decide(1, [Reported(new FlagTarget(Some.Project, null, null), "ann") with { Status = FlagStatus.Dismissed }], Wheel));

    [Theory]
    [InlineData(2, Verdict.Hold)]
    [InlineData(3, Verdict.Allow)]
    public void Enough_signed_in_people_hold_it(int reportsToBlock, Verdict expected) =>
        Assert.Equal([expected], Decide(reportsToBlock, [Reported(new FlagTarget(Some.Project, null, null), "ann", null, null, "ann", "bob")], Wheel));

    [Fact]
    public void Confirmed_release_goes_before_a_held_project()
    {
        Flag[] flags = [Confirmed(new FlagTarget(Some.Project, "2", null)), Reported(new FlagTarget(Some.Project, null, null), "ann")];
        Assert.Equal([Verdict.Hold, Verdict.Block], Decide(1, flags, Wheel, Other));
    }

    [Fact]
    public void Flag_of_another_project_is_not_looked_at() =>
        Assert.Equal([Verdict.Allow], Decide(0, [Confirmed(new FlagTarget(ProjectName.Parse("other"), null, null))], Wheel));

    [Fact]
    public void Finding_has_the_operators_words_and_none_of_the_reporters()
    {
        var finding = new FlaggedRule(1).Evaluate(Facts([Reported(new FlagTarget(Some.Project, null, null), "ann")], Wheel), Wheel)!;
        Assert.DoesNotContain("evil", finding.Reason, StringComparison.Ordinal);
        Assert.Equal(Some.Now, finding.Since);
        finding = new FlaggedRule(0).Evaluate(Facts([Confirmed(new FlagTarget(Some.Project, null, null))], Wheel), Wheel)!;
        Assert.EndsWith("steals tokens", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_and_waiver_turn_it_into_a_warning()
    {
        Flag[] flags = [Confirmed(new FlagTarget(Some.Project, null, null))];
        var audited = new PolicyEngine([new FlaggedRule(0)], _ => true, Fail).Decide(Facts(flags, Wheel));
        Assert.Equal((Verdict.Warn, true), (audited.Files[0].Verdict, audited.Files[0].Worst!.AuditOnly));

        var facts = Facts(flags, Wheel);
        var waiver = Some.Waiver(RuleNames.Flagged, "demo") with { Expires = Some.Now.AddHours(1) };
        facts = facts with { Policy = facts.Policy with { Waivers = new WaiverSet([waiver]) } };
        Assert.Equal([Verdict.Warn], Decide(0, facts));
        Assert.Equal([Verdict.Block], Decide(0, facts with { Now = waiver.Expires.Value }));
    }

    [Fact]
    public void Repeats_of_one_reporter_are_one_report_that_says_the_latest()
    {
        var flag = Flag.Of(new FlagTarget(Some.Project, null, null), Report(null, "192.0.2.1", "first"));
        flag = flag.With(Report(null, "192.0.2.1", "second")).With(Report("ann", "192.0.2.1", "third"));
        Assert.Equal((3, 2), (flag.Count, flag.Reports.Count));
        Assert.Equal(["second", "third"], flag.Reports.Select(r => r.Reason));
        Assert.Equal(["ann"], flag.SignedIn);
    }

    [Fact]
    public void Reports_kept_are_bounded_and_those_of_signed_in_people_come_first()
    {
        var flag = Flag.Of(new FlagTarget(Some.Project, null, null), Report(null, "0", "anyone"));
        for (var i = 1; i < 500; i++) flag = flag.With(Report(null, $"{i}", "anyone"));
        flag = flag.With(Report("ann", "x", "hers"));
        Assert.Equal((501, Flag.MaxReports), (flag.Count, flag.Reports.Count));
        Assert.Contains(flag.Reports, r => r.Name == "ann");

        for (var i = 0; i < 500; i++) flag = flag.With(Report($"n{i}", "x", "theirs"));
        Assert.Equal((Flag.MaxReports, Flag.MaxSignedIn), (flag.Reports.Count, flag.SignedIn.Count));
    }

    [Fact]
    public void Target_is_the_same_for_every_spelling_and_another_for_every_part()
    {
        var file = new FlagTarget(Some.Project, "1", "demo-1.0-py3-none-any.whl").Id;
        Assert.Equal(file, new FlagTarget(Some.Project, "1", "Demo-1.0-py3-none-any.whl").Id);
        Assert.Equal(4, new[] { file, new FlagTarget(Some.Project, "1", null).Id, new FlagTarget(Some.Project, null, null).Id, new FlagTarget(Some.Project, "1", "demo-1.0.tar.gz").Id }.Distinct().Count());
    }

    private static Flag Reported(FlagTarget target, params string?[] names)
    {
        var reports = names.Select((name, i) => Report(name, $"192.0.2.{i}", "evil words")).ToArray();
        return reports.Skip(1).Aggregate(Flag.Of(target, reports[0]), (flag, report) => flag.With(report));
    }

    private static Flag Confirmed(FlagTarget target) =>
        Reported(target, names: [null]) with { Status = FlagStatus.Confirmed, Decision = new FlagDecision("operator", "steals tokens", Some.Now) };

    private static FlagReport Report(string? name, string client, string reason) => new(name, client, reason, Some.Now);

    private static ProjectFacts Facts(Flag[] flags, params FileFacts[] files) =>
        Some.Facts(files) with { Policy = PolicyInputs.Initial with { Flags = new FlagSet(flags) } };

    private static Verdict[] Decide(int reportsToBlock, Flag[] flags, params FileFacts[] files) => Decide(reportsToBlock, Facts(flags, files));

    private static Verdict[] Decide(int reportsToBlock, ProjectFacts facts) =>
        [.. new PolicyEngine([new FlaggedRule(reportsToBlock)], _ => false, Fail).Decide(facts).Files.Select(f => f.Verdict)];

    private static void Fail(IPolicyRule rule, Exception error) => Assert.Fail(error.ToString());
}
