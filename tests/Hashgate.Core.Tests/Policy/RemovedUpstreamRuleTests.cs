using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;

namespace Hashgate.Core.Tests.Policy;

public sealed class RemovedUpstreamRuleTests
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(90);

    [Fact]
    public void Listed_file_is_none_of_its_business() => Assert.Null(Find(Some.Recorded("demo-1.0.tar.gz", Some.Now)));

    [Fact]
    public void Young_file_that_is_gone_is_held_until_it_is_old()
    {
        var uploaded = Some.Now.AddDays(-20);
        Assert.Equal(
            new Finding("removed-upstream", Verdict.Hold, FindingScope.File, "gone from pypi since 2026-01-30, uploaded 2026-01-11", uploaded + Age),
            Find(Removed(Some.Recorded("demo-1.0.tar.gz", uploaded))));
    }

    [Theory]
    [InlineData(-1, Verdict.Hold)]
    [InlineData(0, Verdict.Warn)]
    public void Older_file_is_served_on_with_a_warning(int ticks, Verdict verdict)
    {
        var finding = Find(Removed(Some.Recorded("demo-1.0.tar.gz", (Some.Now - Age).AddTicks(-ticks))))!;
        Assert.Equal((verdict, verdict == Verdict.Hold), (finding.Verdict, finding.Until is not null));
    }

    [Fact]
    public void Without_a_recorded_upload_time_first_sight_counts()
    {
        var file = Removed(Some.Recorded("demo-1.0.tar.gz", null, Some.Now.AddDays(-2)));
        var claimed = file with { File = file.File with { UploadTime = Some.Now.AddYears(-1) } };
        Assert.Equal("gone from pypi since 2026-01-30, first seen 2026-01-29", Find(claimed)!.Reason);
    }

    [Fact]
    public void File_that_was_never_recorded_is_held_without_an_end()
    {
        var finding = Find(Removed(Some.File("demo-1.0.tar.gz", hasHash: false)))!;
        Assert.Equal((Verdict.Hold, null), (finding.Verdict, finding.Until));
    }

    [Fact]
    public void What_the_page_told_last_makes_a_young_file_no_older()
    {
        var young = Removed(Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(-20)));
        Assert.Equal(Verdict.Hold, Find(young with { File = young.File with { UploadTime = Some.Now.AddYears(-1) } })!.Verdict);
    }

    private static FileFacts Removed(FileFacts file) => file with { RemovedSince = Some.Now.AddDays(-1) };

    private static Finding? Find(FileFacts file) => new RemovedUpstreamRule(Age).Evaluate(Some.Facts(file), file);
}
