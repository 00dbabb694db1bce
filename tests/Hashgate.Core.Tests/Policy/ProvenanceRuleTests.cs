using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Provenance;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Tests.Policy;

public sealed class ProvenanceRuleTests
{
    private static readonly Publisher Ours = new("GitHub", "acme/demo", "release.yml");
    private static readonly Publisher Theirs = new("GitHub", "mallory/demo", "release.yml");

    [Fact]
    public void Release_without_provenance_after_one_with_it_is_held_until_it_is_too_old_to_be_judged()
    {
        var finding = Find(File("1.0", 30, attested: true), File("2.0", 10, attested: false))[1];
        Assert.Equal(("provenance", Verdict.Hold, FindingScope.Release), (finding!.Rule, finding.Verdict, finding.Scope));
        Assert.Equal("earlier releases tell who published them, and this one doesn't", finding.Reason);
        Assert.Equal(Some.Now.AddDays(80), finding.Until);
    }

    [Fact]
    public void Release_without_provenance_is_held_against_earlier_uploads_whatever_the_versions_are()
    {
        // A fix of an old line comes later, and a higher version that came first sets the standard.
        Assert.Equal([false, true], Held(File("2.0", 30, attested: true), File("1.5", 10, attested: false)));
        Assert.Equal([false, false], Held(File("1.5", 30, attested: false), File("2.0", 10, attested: true)));
        Assert.Equal([false, false], Held(File("1.0", 10, attested: true), File("2.0", 10, attested: false)));
    }

    [Fact]
    public void Prerelease_sets_no_standard_for_stable_releases_and_stable_ones_do_for_prereleases()
    {
        Assert.Equal([false, false], Held(File("2.0rc1", 30, attested: true), File("2.0", 10, attested: false)));
        Assert.Equal([false, true], Held(File("1.0", 30, attested: true), File("2.0rc1", 10, attested: false)));
        Assert.Equal([false, true], Held(File("2.0rc1", 30, attested: true), File("2.0rc2", 10, attested: false)));
    }

    [Fact]
    public void Release_that_loses_provenance_for_some_files_is_held_where_an_earlier_one_had_it_for_all()
    {
        Assert.Equal([false, false, false, true], Held(File("1.0", 30, true), File("1.0", 30, true, ".zip"), File("2.0", 10, true), File("2.0", 10, false, ".zip")));
        // A project that never had it for all of its files keeps to what it had.
        Assert.Equal([false, false, false, false], Held(File("1.0", 30, true), File("1.0", 30, false, ".zip"), File("2.0", 10, true), File("2.0", 10, false, ".zip")));
        Assert.Equal([false, false, true], Held(File("1.0", 30, true), File("1.0", 30, false, ".zip"), File("2.0", 10, false)));
    }

    [Fact]
    public void File_that_is_added_later_is_held_alone_and_changes_nothing_that_its_release_stands_for()
    {
        var findings = Find(File("1.0", 30, true), File("1.0", 20, false, ".zip"), File("2.0", 10, false));
        Assert.Null(findings[0]);
        Assert.Equal(FindingScope.File, findings[1]!.Scope);
        Assert.Equal(FindingScope.Release, findings[2]!.Scope);
    }

    [Fact]
    public void Stranger_is_held_and_both_publishers_are_named()
    {
        var publishers = Learned((File("1.0", 30, true), Ours), (File("2.0", 10, true), Theirs));
        var finding = Find(publishers, File("1.0", 30, true), File("2.0", 10, true))[1];
        Assert.Equal((Verdict.Hold, FindingScope.Release), (finding!.Verdict, finding.Scope));
        Assert.Equal("published by GitHub mallory/demo (release.yml), earlier releases by GitHub acme/demo (release.yml)", finding.Reason);
    }

    [Fact]
    public void Publisher_that_was_trusted_or_accepted_is_allowed()
    {
        var files = new[] { File("1.0", 30, true), File("2.0", 10, true) };
        Assert.All(Find(Learned((files[0], Ours), (files[1], Ours)), files), Assert.Null);

        var facts = Facts(Learned((files[0], Ours), (files[1], Theirs)), files);
        var accepted = new AcceptedPublisherSet([new(Some.Project, [new AcceptedPublisher(Theirs, "moved", "ada", Some.Now)])]);
        facts = facts with { Policy = facts.Policy with { AcceptedPublishers = accepted } };
        Assert.Null(new ProvenanceRule(new ProvenanceOptions()).Evaluate(facts, facts.Files[1]));
    }

    [Fact]
    public void Provenance_of_something_else_is_blocked_however_old_it_is()
    {
        var file = File("1.0", 400, true);
        var finding = Find(Learned(file, ProvenanceLevel.Inconsistent), file)[0];
        Assert.Equal((Verdict.Block, "its attestation speaks of other bytes", null), (finding!.Verdict, finding.Reason, finding.Until));
    }

    [Fact]
    public void Link_with_nothing_behind_it_is_no_provenance()
    {
        var (old, now) = (File("1.0", 30, true), File("2.0", 10, true));
        Assert.NotNull(Find(Learned(now, ProvenanceLevel.None), old, now)[1]);
    }

    [Fact]
    public void Provenance_that_was_learned_stays_evidence_after_the_link_is_gone()
    {
        var publishers = Learned((File("1.0", 30, true), Ours));
        Assert.NotNull(Find(publishers, File("1.0", 30, false), File("2.0", 10, false))[1]);
    }

    [Fact]
    public void File_whose_publishers_are_not_learned_yet_is_let_by() =>
        Assert.All(Find(File("1.0", 30, true), File("2.0", 10, true)), Assert.Null);

    [Fact]
    public void File_that_is_older_than_the_age_or_exempt_is_not_judged()
    {
        Assert.Equal([false, true], Held(File("1.0", 200, true), File("2.0", 89, false)));
        Assert.Equal([false, false], Held(File("1.0", 200, true), File("2.0", 90, false)));
        Assert.True(NameGlob.TryParse("dem*", out var glob));
        var facts = Facts(ProjectPublishers.None, File("1.0", 30, true), File("2.0", 10, false));
        Assert.Null(new ProvenanceRule(new ProvenanceOptions { Exempt = [glob] }).Evaluate(facts, facts.Files[1]));
        Assert.NotNull(new ProvenanceRule(new ProvenanceOptions { IgnoreAfter = TimeSpan.FromDays(11) }).Evaluate(facts, facts.Files[1]));
    }

    [Fact]
    public void File_without_any_time_is_judged_by_nothing_but_what_was_learned()
    {
        var timeless = Some.File("demo-2.0.tar.gz", pin: Pin.Unrecorded);
        Assert.Null(Find(File("1.0", 30, true), timeless)[1]);
        Assert.NotNull(Find(Learned(timeless, ProvenanceLevel.Inconsistent), timeless)[0]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(40)]
    [InlineData(-400)]
    public void What_the_page_claims_later_neither_frees_a_release_nor_changes_the_order(int claimed)
    {
        // On record without an upload time, so first sight of it counts, whatever the page tells since.
        var (first, second) = (Seen("1.0", 30, true), Seen("2.0", 10, false));
        var finding = Find(first, Claim(second, claimed))[1];
        Assert.Equal(Some.Now.AddDays(80), finding!.Until);
        Assert.Equal([false, true], Held(Claim(first, claimed), second));
        Assert.Equal([false, true], Held(File("1.0", 30, true), Claim(File("2.0", 10, false), claimed)));
    }

    [Fact]
    public void Files_of_one_first_sight_set_no_standard_for_each_other() =>
        Assert.Equal([false, false, true], Held(Seen("1.0", 30, true), Seen("2.0", 30, false), Seen("3.0", 10, false)));

    [Fact]
    public void Times_at_the_end_of_the_calendar_break_nothing()
    {
        var last = Some.Recorded("demo-2.0.tar.gz", DateTimeOffset.MaxValue);
        var finding = Find(File("1.0", 30, true), last, File("2.0", 30, true, ".zip"))[1];
        Assert.Null(finding!.Until);
    }

    [Fact]
    public void Publisher_is_unchanged_where_an_earlier_upload_came_from_it_too()
    {
        var files = new[] { File("1.0", 30, true), File("2.0", 10, true), File("3.0", 5, true), File("4.0", 4, true), File("5.0", 3, false) };
        var facts = Facts(Learned((files[0], Ours), (files[1], Ours), (files[2], Theirs)), files);
        Assert.Equal([false, true, false, false, false], facts.Files.Select(facts.IsPublisherUnchanged));
    }

    [Fact]
    public void Waiver_lifts_the_hold_and_audit_records_it()
    {
        var facts = Facts(ProjectPublishers.None, File("1.0", 30, true), File("2.0", 10, false));
        Assert.True(Decide(facts, audit: false).IsRefused);
        Assert.Equal((false, true), (Decide(facts, audit: true).IsRefused, Decide(facts, audit: true).Worst!.AuditOnly));
        facts = facts with { Policy = facts.Policy with { Waivers = new WaiverSet([Some.Waiver("provenance", "demo")]) } };
        Assert.Equal("w1", Decide(facts, audit: false).Worst!.Waiver!.Id);
    }

    [Fact]
    public void Hold_reaches_the_attested_files_of_its_release_too()
    {
        var facts = Facts(ProjectPublishers.None, File("1.0", 30, true), File("2.0", 10, true), File("2.0", 10, false, ".zip"));
        var decision = Engine(audit: false).Decide(facts);
        Assert.Equal([false, true, true], decision.Files.Select(f => f.IsRefused));
        Assert.Equal(Some.Now.AddDays(80), decision.NextChange);
    }

    private static FileDecision Decide(ProjectFacts facts, bool audit) => Engine(audit).Decide(facts).Files[^1];

    private static PolicyEngine Engine(bool audit) => new([new ProvenanceRule(new ProvenanceOptions())], _ => audit, (_, error) => Assert.Fail(error.ToString()));

    private static bool[] Held(params FileFacts[] files) => [.. Find(files).Select(f => f is not null)];

    private static Finding?[] Find(params FileFacts[] files) => Find(ProjectPublishers.None, files);

    private static Finding?[] Find(ProjectPublishers publishers, params FileFacts[] files)
    {
        var facts = Facts(publishers, files);
        return [.. facts.Files.Select(f => new ProvenanceRule(new ProvenanceOptions()).Evaluate(facts, f))];
    }

    private static ProjectFacts Facts(ProjectPublishers publishers, params FileFacts[] files)
    {
        FileFacts[] learned = [.. files.Select(f => f with { Provenance = publishers.Of(f.Name.Key, f.ServedSha256) })];
        return Some.Facts(learned) with { Publishers = publishers, Releases = ReleaseHistory.Of(learned) };
    }

    private static ProjectPublishers Learned(params (FileFacts File, Publisher Publisher)[] files) => ProjectPublishers.None.With(files.Select(f =>
        new Lesson(f.File.Name.Key, new LearnedProvenance(f.File.File.Filename, Some.Digest, ProvenanceLevel.Consistent, [f.Publisher], Some.Now), f.File.Start!.Value, f.File.Name.Version!.IsPrerelease)));

    private static ProjectPublishers Learned(FileFacts file, ProvenanceLevel level) => ProjectPublishers.None.With([
        new Lesson(file.Name.Key, new LearnedProvenance(file.File.Filename, Some.Digest, level, [], Some.Now, "its attestation speaks of other bytes"), Some.Now, false)]);

    private static FileFacts File(string version, int daysAgo, bool attested, string extension = ".tar.gz") =>
        Attest(Some.Recorded($"demo-{version}{extension}", Some.Now.AddDays(-daysAgo)), attested);

    private static FileFacts Seen(string version, int daysAgo, bool attested) =>
        Attest(Some.Recorded($"demo-{version}.tar.gz", null, Some.Now.AddDays(-daysAgo)), attested);

    private static FileFacts Attest(FileFacts file, bool attested) =>
        file with { File = file.File with { Provenance = attested ? new Uri($"https://pypi.org/integrity/demo/{file.Name.Version}/{file.File.Filename}/provenance") : null } };

    private static FileFacts Claim(FileFacts file, int daysAgo) => file with { File = file.File with { UploadTime = Some.Now.AddDays(-daysAgo) } };
}
