using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Serving;

public sealed class FailedProofsTests
{
    private static readonly ProjectName Demo = ProjectName.Parse("demo");
    private static readonly FileKey Key = FileKey.Of(Demo, "demo-1.0.tar.gz");

    private readonly ManualTimeProvider _clock = new();
    private readonly FailedProofs _proofs;

    public FailedProofsTests() => _proofs = new FailedProofs(_clock);

    [Fact]
    public void Pause_doubles_with_each_failure_in_a_row_up_to_an_hour()
    {
        foreach (var minutes in (int[])[5, 10, 20, 40, 60, 60, 60])
        {
            var (proof, isNews) = Fail();
            Assert.True(isNews);
            Assert.Equal(_clock.GetUtcNow().AddMinutes(minutes), proof.Until);
            _clock.Advance(TimeSpan.FromMinutes(minutes));
        }
    }

    [Fact]
    public void Pause_stays_an_hour_after_many_failures()
    {
        for (var i = 0; i < 200; i++)
        {
            var until = Fail().Proof.Until;
            Assert.InRange(until - _clock.GetUtcNow(), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1));
            _clock.Advance(until - _clock.GetUtcNow());
        }
    }

    [Fact]
    public void Failure_in_force_is_told_once()
    {
        var (first, _) = Fail("hash-mismatch", "first");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((first, false), Fail("hash-changed", "second"));
        Assert.Same(first, _proofs.Current(Demo, Key));
    }

    [Fact]
    public void Failure_ends_by_itself()
    {
        Fail();
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.NotNull(_proofs.Current(Demo, Key));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_proofs.Current(Demo, Key));
    }

    [Fact]
    public void Proof_ends_the_row()
    {
        Fail();
        Assert.True(_proofs.Clear(Demo, Key));
        Assert.Null(_proofs.Current(Demo, Key));
        Assert.False(_proofs.Clear(Demo, Key));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(5), Fail().Proof.Until);
    }

    [Fact]
    public void Failure_of_one_file_is_no_other_s()
    {
        Fail();
        Assert.Null(_proofs.Current(Demo, FileKey.Of(Demo, "demo-2.0.tar.gz")));
        Assert.Null(_proofs.Current(ProjectName.Parse("other"), Key));
    }

    [Fact]
    public void Failures_told_at_once_are_one_piece_of_news()
    {
        var news = 0;
        Parallel.For(0, 64, _ =>
        {
            if (Fail().IsNews) Interlocked.Increment(ref news);
        });
        Assert.Equal(1, news);
    }

    private (Core.Policy.FailedProof Proof, bool IsNews) Fail(string rule = "hash-mismatch", string reason = "bad") => _proofs.Add(Demo, Key, rule, reason);
}
