using Hashgate.Core.Advisories;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Provenance;
using Hashgate.Core.Tests.Advisories;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Tests.Policy;

public sealed class MinimumAgeRuleTests
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(3);

    [Fact]
    public void New_file_is_held_until_it_is_old_enough()
    {
        var uploaded = Some.Now.AddDays(-1);
        Assert.Equal(
            new Finding("minimum-age", Verdict.Hold, FindingScope.File, "uploaded 2026-01-30, less than 3 days ago", uploaded + Age),
            Find(Some.Recorded("demo-1.0.tar.gz", uploaded)));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void File_is_free_from_the_very_moment_on(int ticks, bool held) =>
        Assert.Equal(held, Find(Some.Recorded("demo-1.0.tar.gz", (Some.Now - Age).AddTicks(-ticks))) is not null);

    [Fact]
    public void Without_a_recorded_upload_time_first_sight_counts()
    {
        var file = Some.Recorded("demo-1.0.tar.gz", null, Some.Now.AddDays(-2));
        Assert.Equal("first seen 2026-01-29, less than 3 days ago", Find(file)!.Reason);
        // The page tells one now, and an old one at that.
        Assert.NotNull(Find(file with { File = file.File with { UploadTime = Some.Now.AddYears(-1) } }));
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(0)]
    [InlineData(400)]
    public void What_the_page_claims_later_changes_nothing(int days)
    {
        var young = Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(-1));
        var old = Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(-30));
        var claimed = Some.Now.AddDays(days);
        Assert.Equal(Find(young), Find(young with { File = young.File with { UploadTime = claimed } }));
        Assert.Null(Find(old with { File = old.File with { UploadTime = claimed } }));
    }

    [Fact]
    public void Recorded_time_that_is_to_come_holds_longer()
    {
        var uploaded = Some.Now.AddDays(10);
        var finding = Find(Some.Recorded("demo-1.0.tar.gz", uploaded, Some.Now.AddDays(-30)));
        Assert.Equal(("the index told an upload time that is still to come: 2026-02-10", uploaded + Age), (finding!.Reason, finding.Until));
        Assert.Equal(DateTimeOffset.MaxValue, Find(Some.Recorded("demo-1.0.tar.gz", DateTimeOffset.MaxValue))!.Until);
    }

    [Fact]
    public void Acceptance_of_other_bytes_neither_frees_a_young_file_nor_holds_an_old_one()
    {
        foreach (var (days, held) in ((int, bool)[])[(-1, true), (-30, false)])
        {
            var file = Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(days));
            var accepted = file with { Pin = new Pin(PinOutcome.Same, file.Record! with { AcceptedAt = Some.Now }) };
            Assert.Equal(held, Find(accepted) is not null);
        }
    }

    [Fact]
    public void First_seen_clock_reads_first_sight_alone()
    {
        var first = Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(-400), Some.Now.AddDays(-30));
        var later = Some.Recorded("demo-2.0.tar.gz", Some.Now.AddDays(-20), Some.Now.AddDays(-1));
        var rule = new MinimumAgeRule(Age, firstSeenClock: true, [], false);
        Assert.Null(rule.Evaluate(Some.Facts(first, later), first));
        Assert.Equal("first seen 2026-01-30, less than 3 days ago", rule.Evaluate(Some.Facts(first, later), later)!.Reason);
        Assert.Null(Find(later));
    }

    [Fact]
    public void First_seen_clock_takes_the_upload_time_of_the_first_snapshot()
    {
        var seen = Some.Now.AddHours(-1);
        var old = Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(-400), seen);
        var young = Some.Recorded("demo-2.0.tar.gz", Some.Now.AddDays(-2), seen);
        var unknown = Some.Recorded("demo-3.0.tar.gz", null, seen.AddSeconds(30));
        var facts = Some.Facts(old, young, unknown);
        var rule = new MinimumAgeRule(Age, firstSeenClock: true, [], false);
        Assert.Null(rule.Evaluate(facts, old));
        Assert.Equal("uploaded 2026-01-29, less than 3 days ago", rule.Evaluate(facts, young)!.Reason);
        Assert.Equal("first seen 2026-01-31, less than 3 days ago", rule.Evaluate(facts, unknown)!.Reason);
    }

    [Fact]
    public void File_without_a_record_is_held_without_an_end()
    {
        var file = Some.File("demo-1.0.tar.gz", pin: Pin.Unrecorded);
        Assert.Equal((Verdict.Hold, null), (Find(file)!.Verdict, Find(file)!.Until));
        Assert.NotNull(Find(file with { File = file.File with { UploadTime = Some.Now.AddYears(-1) } }));
    }

    [Fact]
    public void File_without_a_hash_goes_by_the_time_on_the_page()
    {
        var file = Some.File("demo-1.0.tar.gz", hasHash: false);
        Assert.Null(Find(file)!.Until);
        Assert.Null(Find(file with { File = file.File with { UploadTime = Some.Now.AddDays(-4) } }));
        Assert.Equal(Some.Now.AddDays(1), Find(file with { File = file.File with { UploadTime = Some.Now.AddDays(-2) } })!.Until);
    }

    [Theory]
    [InlineData("demo", false)]
    [InlineData("de*", false)]
    [InlineData("other", true)]
    public void Exempt_project_is_not_held(string glob, bool held)
    {
        Assert.True(NameGlob.TryParse(glob, out var parsed));
        var rule = new MinimumAgeRule(Age, false, [parsed], false);
        foreach (var file in (FileFacts[])[Some.Recorded("demo-1.0.tar.gz", Some.Now), Some.File("demo-1.0.tar.gz", pin: Pin.Unrecorded)])
            Assert.Equal(held, rule.Evaluate(Some.Facts(file), file) is not null);
    }

    [Theory]
    [InlineData("1.00:00:00", "1 day")]
    [InlineData("1.12:00:00", "36 hours")]
    [InlineData("00:01:00", "1 minute")]
    [InlineData("00:01:30", "90 seconds")]
    public void Age_is_told_in_words(string age, string told)
    {
        var file = Some.Recorded("demo-1.0.tar.gz", Some.Now);
        Assert.EndsWith($"less than {told} ago", new MinimumAgeRule(TimeSpan.Parse(age, null), false, [], false).Evaluate(Some.Facts(file), file)!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, true, Verdict.Warn)]
    [InlineData(false, true, true, Verdict.Hold)]
    [InlineData(true, false, true, Verdict.Hold)]
    [InlineData(true, true, false, Verdict.Hold)]
    public void Fix_that_an_advisory_names_is_served_if_that_is_set_and_its_publisher_is_known(bool isSet, bool isNamed, bool isOfTheSamePublisher, Verdict verdict)
    {
        var publisher = new Publisher("GitHub", "acme/demo", "release.yml");
        FileFacts[] files = [Published(Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(-30)), publisher), Published(Some.Recorded("demo-1.1.tar.gz", Some.Now.AddDays(-1)), publisher)];
        var lessons = files.Take(isOfTheSamePublisher ? 2 : 0).Select(f => new Lesson(f.Name.Key, f.Provenance!, f.Record!.UploadTime!.Value, false));
        var facts = Some.Facts(files) with
        {
            Publishers = ProjectPublishers.None.With(lessons),
            Releases = ReleaseHistory.Of(files),
            Policy = new PolicyInputs { Advisories = new AdvisoryIndex([Osv.Ranging("PYSEC-1", "demo", $$"""{"introduced": "0"}, {"fixed": "{{(isNamed ? "1.1" : "1.2")}}"}""", """ "modified": "2026-01-31T00:00:00Z" """)]) },
        };
        Assert.Equal(verdict, new MinimumAgeRule(Age, false, [], isSet).Evaluate(facts, files[1])!.Verdict);
    }

    private static FileFacts Published(FileFacts file, Publisher publisher) =>
        file with { Provenance = new LearnedProvenance(file.File.Filename, Some.Digest, ProvenanceLevel.Consistent, [publisher], Some.Now) };

    private static Finding? Find(FileFacts file) => new MinimumAgeRule(Age, firstSeenClock: false, [], false).Evaluate(Some.Facts(file), file);
}
