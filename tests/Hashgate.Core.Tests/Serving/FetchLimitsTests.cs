using Hashgate.Core.Serving;

namespace Hashgate.Core.Tests.Serving;

public sealed class FetchLimitsTests
{
    private readonly FetchLimits _limits = new(new FileServing { MaxConcurrentFetches = 3, MaxPerClient = 2, MaxWaiting = 2 });

    [Fact]
    public void Client_has_its_own_limit()
    {
        Assert.Null(_limits.TryStart("a"));
        Assert.Null(_limits.TryStart("a"));
        Assert.Equal("this client has too many downloads under way", _limits.TryStart("a"));
        Assert.Null(_limits.TryStart("b"));
    }

    [Fact]
    public void All_clients_share_a_limit()
    {
        foreach (var client in (string[])["a", "b", "c"]) Assert.Null(_limits.TryStart(client));
        Assert.Equal("too many downloads are under way", _limits.TryStart("d"));
    }

    [Fact]
    public void End_of_a_fetch_makes_room_for_its_client_and_for_all()
    {
        foreach (var client in (string[])["a", "a", "b"]) Assert.Null(_limits.TryStart(client));
        _limits.End("a");
        Assert.Null(_limits.TryStart("a"));
        Assert.NotNull(_limits.TryStart("c"));
    }

    [Fact]
    public void Refusal_takes_no_place()
    {
        Assert.Null(_limits.TryStart("a"));
        Assert.Null(_limits.TryStart("a"));
        for (var i = 0; i < 10; i++) Assert.NotNull(_limits.TryStart("a"));
        _limits.End("a");
        _limits.End("a");
        Assert.Null(_limits.TryStart("a"));
    }

    [Fact]
    public void Those_who_wait_have_a_limit()
    {
        Assert.True(_limits.TryWait());
        Assert.True(_limits.TryWait());
        Assert.False(_limits.TryWait());
        _limits.EndWait();
        Assert.True(_limits.TryWait());
    }

    [Fact]
    public void Limits_hold_under_many_threads()
    {
        int under = 0, most = 0;
        Parallel.For(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var client = i % 2 == 0 ? "a" : "b";
            if (_limits.TryStart(client) is not null) return;
            InterlockedMax(ref most, Interlocked.Increment(ref under));
            Interlocked.Decrement(ref under);
            _limits.End(client);
        });
        Assert.InRange(most, 1, 3);
        Assert.Null(_limits.TryStart("a"));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
