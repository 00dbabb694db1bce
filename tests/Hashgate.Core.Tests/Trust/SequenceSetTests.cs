using Hashgate.Core.Trust;

namespace Hashgate.Core.Tests.Trust;

public sealed class SequenceSetTests
{
    [Fact]
    public void Add_out_of_order_completes_when_the_gap_closes()
    {
        var set = new SequenceSet(10);
        set.Add([12, 13, 20]);
        Assert.Equal(10, set.CompleteThrough);
        Assert.Equal(13, set.CompleteThroughWith([11]));
        Assert.Equal(10, set.CompleteThrough);
        set.Add([11]);
        Assert.Equal(13, set.CompleteThrough);
        Assert.True(set.Contains(5) && set.Contains(20) && !set.Contains(14));
    }

    [Fact]
    public void Complete_takes_what_lies_behind_it_along()
    {
        var set = new SequenceSet(0);
        set.Add([3, 6, 7]);
        set.Complete(5);
        Assert.Equal(7, set.CompleteThrough);
        set.Complete(2);
        Assert.Equal(7, set.CompleteThrough);
    }
}
