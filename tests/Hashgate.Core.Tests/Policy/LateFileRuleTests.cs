using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Tests.Policy;

public sealed class LateFileRuleTests
{
    private static readonly TimeSpan After = TimeSpan.FromDays(14);
    private static readonly TimeSpan HoldFor = TimeSpan.FromDays(90);
    private static readonly FileFacts First = Some.Recorded("demo-1.0.tar.gz", Some.Now.AddDays(-60));

    [Fact]
    public void New_file_on_an_old_release_is_held_until_it_is_old_itself()
    {
        var late = Wheel(-11);
        Assert.Equal(
            new Finding("late-file", Verdict.Hold, FindingScope.File, "added 2026-01-20 to a release of 2025-12-02", Some.Now.AddDays(-11) + HoldFor),
            Find(late, First, late));
        Assert.Null(Find(First, First, late));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void File_is_late_once_more_than_the_time_has_passed(int ticks, bool held)
    {
        var wheel = Some.Recorded("demo-1.0-py3-none-any.whl", First.Record!.UploadTime + After + TimeSpan.FromTicks(ticks));
        Assert.Equal(held, Find(wheel, First, wheel) is not null);
    }

    [Theory]
    [InlineData(-90, false)]
    [InlineData(-89, true)]
    public void Late_file_that_has_been_there_for_long_is_left_alone(int days, bool held)
    {
        var old = Some.Recorded("demo-1.0.tar.gz", Some.Now.AddYears(-3));
        var wheel = Wheel(days);
        Assert.Equal(held, Find(wheel, old, wheel) is not null);
    }

    [Fact]
    public void Another_spelling_of_the_version_is_the_same_release()
    {
        var late = Some.Recorded("demo-1.0.0-py3-none-any.whl", Some.Now);
        Assert.NotNull(Find(late, First, late));
    }

    [Fact]
    public void File_of_another_release_is_not_late()
    {
        var next = Some.Recorded("demo-1.1.tar.gz", Some.Now);
        Assert.Null(Find(next, First, next));
    }

    [Fact]
    public void Without_upload_times_first_sight_counts()
    {
        var first = Some.Recorded("demo-1.0.tar.gz", null, Some.Now.AddDays(-15));
        var late = Some.Recorded("demo-1.0-py3-none-any.whl", null, Some.Now);
        Assert.NotNull(Find(late, first, late));
        var soon = Some.Recorded("demo-1.0-py3-none-any.whl", null, Some.Now.AddDays(-10));
        Assert.Null(Find(soon, first, soon));
    }

    [Fact]
    public void Later_claims_on_the_page_change_nothing()
    {
        var late = Wheel(-1);
        var claimed = late with { File = late.File with { UploadTime = Some.Now.AddYears(-3) } };
        Assert.NotNull(Find(claimed, First, claimed));
        // Neither does a time that the page tells of a file which was recorded without one.
        var untimed = Some.Recorded("demo-1.0-py3-none-any.whl", null, Some.Now.AddDays(-1));
        var told = untimed with { File = untimed.File with { UploadTime = First.Record!.UploadTime } };
        Assert.Equal(Find(untimed, First, untimed), Find(told, First, told));
        Assert.NotNull(Find(told, First, told));
    }

    [Fact]
    public void File_of_unknown_age_counts_as_added_now()
    {
        var unknown = Some.File("demo-1.0-py3-none-any.whl", pin: Pin.Unrecorded);
        Assert.Equal(("added at an unknown time to a release of 2025-12-02", null), (Find(unknown, First, unknown)!.Reason, Find(unknown, First, unknown)!.Until));
        Assert.Null(Find(unknown, unknown));
    }

    [Fact]
    public void File_without_a_readable_version_has_no_release()
    {
        var egg = Some.Recorded("demo-1.0-py2.7.egg", Some.Now);
        Assert.Null(Find(egg, First, egg));
    }

    [Fact]
    public void Exempt_project_is_not_held()
    {
        Assert.True(NameGlob.TryParse("demo", out var glob));
        var late = Wheel(-1);
        Assert.Null(new LateFileRule(After, HoldFor, [glob]).Evaluate(Some.Facts(First, late), late));
    }

    private static FileFacts Wheel(int days) => Some.Recorded("demo-1.0-py3-none-any.whl", Some.Now.AddDays(days));

    private static Finding? Find(FileFacts file, params FileFacts[] files) => new LateFileRule(After, HoldFor, []).Evaluate(Some.Facts(files), file);
}
