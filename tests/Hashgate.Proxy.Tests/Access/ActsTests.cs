using Hashgate.Core.Events;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Access;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Access;

public sealed class ActsTests
{
    private readonly MemoryEventLog _events = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Act_is_on_record_before_it_is_done()
    {
        var before = await Create().DoAsync(Act, () => Task.FromResult(_events.Recorded.ToArray()));
        Assert.Equal([Act], before);
        Assert.Equal([Act], _events.Recorded);
    }

    [Fact]
    public async Task Act_that_cannot_be_recorded_is_not_done_and_its_attempt_is_told_when_the_store_is_back()
    {
        _events.IsAway = true;
        var isDone = false;
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Create().DoAsync(Act, () => Task.FromResult(isDone = true)));
        Assert.False(isDone);
        Assert.Contains("the event store is away", refused.Message, StringComparison.Ordinal);
        AssertTold("not done, because it could not be put on record: waived it", Assert.Single(_events.Recorded));
    }

    [Fact]
    public async Task Act_that_fails_leaves_an_event_that_says_so()
    {
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Create().DoAsync<bool>(Act, static () => throw new StoreUnavailableException("the disk is full")));
        Assert.Equal(Act, _events.Recorded[0]);
        AssertTold("failed, perhaps after a part of it was done: waived it: the disk is full", _events.Recorded[1]);
    }

    [Fact]
    public async Task Error_of_an_act_tells_nothing_of_the_machine()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Create().DoAsync<bool>(Act, static () => throw new InvalidOperationException("a path of this machine")));
        Assert.DoesNotContain("a path", _events.Recorded[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outcome_is_told_in_a_second_event_where_there_is_one_to_tell()
    {
        Assert.Equal(3, await Create().DoAsync(Act, static () => Task.FromResult(3), static count => $"waived {count} of them"));
        AssertTold("waived 3 of them", _events.Recorded[1]);
        await Create().DoAsync(Act, static () => Task.FromResult(3), static _ => null);
        Assert.Equal(3, _events.Recorded.Count);
    }

    private Event Act => new() { Kind = EventKinds.Waived, When = _time.GetUtcNow(), Actor = "ada", Reason = "waived it" };

    private Acts Create() => new(_events, _time);

    private void AssertTold(string reason, Event told) => Assert.Equal(Act with { Kind = EventKinds.Acted, Reason = reason }, told);
}
