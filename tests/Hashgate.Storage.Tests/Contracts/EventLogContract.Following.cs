using Hashgate.Core.Events;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>Events are followed as they come.</summary>
public abstract partial class EventLogContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Follower_without_an_id_sees_what_comes_from_now_on()
    {
        await RecordAsync(Some(0), Some(1));
        using var end = new CancellationTokenSource(Patience);
        await using var following = Log.FollowAsync(null, new EventQuery(), end.Token).GetAsyncEnumerator(end.Token);
        var next = following.MoveNextAsync().AsTask();
        // Only once it waits is it sure that what is recorded now is new to it.
        var number = 2;
        while (!next.IsCompleted)
        {
            await Log.RecordAsync(Some(number++), end.Token);
            await Task.WhenAny(next, Task.Delay(20, end.Token));
        }
        Assert.True(await next);
        Assert.DoesNotContain(following.Current.Event.Reason, (string[])["0", "1"]);
    }

    [Fact]
    public async Task Follower_sees_what_came_after_an_id_and_then_what_comes()
    {
        await RecordAsync([.. Enumerable.Range(0, 5).Select(i => Some(i))]);
        var second = (await Log.ReadAfterAsync(StoredEvent.BeforeAll, new EventQuery(Limit: 2), default)).After;
        using var end = new CancellationTokenSource(Patience);
        await using var following = Log.FollowAsync(second, new EventQuery(), end.Token).GetAsyncEnumerator(end.Token);
        Assert.Equal(["2", "3", "4"], await NextAsync(following, 3));
        await RecordAsync(Some(5));
        Assert.Equal(["5"], await NextAsync(following, 1));
    }

    [Fact]
    public async Task Follower_sees_only_what_matches()
    {
        using var end = new CancellationTokenSource(Patience);
        var filter = new EventQuery([EventKinds.Held], Text: "1");
        await RecordAsync([.. Enumerable.Range(0, 3).Select(i => Some(i, EventKinds.Held))]);
        await using var following = Log.FollowAsync(StoredEvent.BeforeAll, filter, end.Token).GetAsyncEnumerator(end.Token);
        Assert.Equal(["1"], await NextAsync(following, 1));
        await RecordAsync([.. Enumerable.Range(9, 4).Select(i => Some(i, i % 2 == 0 ? EventKinds.Held : EventKinds.Acted))]);
        await RecordAsync(Some(100, EventKinds.Held));
        Assert.Equal(["10", "12", "100"], await NextAsync(following, 3));
    }

    [Fact]
    public async Task Follower_from_beyond_the_newest_follows_from_now_on()
    {
        await RecordAsync(Some(0));
        using var end = new CancellationTokenSource(Patience);
        await using var following = Log.FollowAsync(Beyond(await Log.NewestAsync(default)), new EventQuery(), end.Token).GetAsyncEnumerator(end.Token);
        var next = following.MoveNextAsync().AsTask();
        for (var number = 1; !next.IsCompleted; number++)
        {
            await Log.RecordAsync(Some(number), end.Token);
            await Task.WhenAny(next, Task.Delay(20, end.Token));
        }
        Assert.True(await next);

        static string Beyond(string id) => $"9{id}";
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("")]
    [InlineData("-")]
    public void Id_that_is_none_can_not_be_followed(string id) =>
        Assert.Throws<FormatException>(() => { _ = Log.FollowAsync(id, new EventQuery(), default); });

    [Fact]
    public async Task Follower_that_comes_back_again_and_again_sees_each_event_once_while_many_write()
    {
        const int writers = 4;
        const int each = 600;
        using var end = new CancellationTokenSource(Patience);
        var random = new Random(44);
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < each; i++)
                {
                    var e = Some((writer * each) + i);
                    if (i % 10 == 0) await Log.RecordAsync(e, end.Token);
                    else Log.Record(e);
                    if (i % 50 == 0) await Log.FlushAsync(end.Token);
                }
                await Log.FlushAsync(end.Token);
            },
            end.Token)));
        var seen = new List<string>();
        var last = StoredEvent.BeforeAll;
        while (seen.Count < writers * each)
        {
            var until = seen.Count + random.Next(1, 400);
            await foreach (var e in Log.FollowAsync(last, new EventQuery(), end.Token))
            {
                seen.Add(e.Event.Reason!);
                last = e.Id;
                if (seen.Count == until || seen.Count == writers * each) break;
            }
        }
        await writing;
        Assert.Equal(Enumerable.Range(0, writers * each).Select(i => $"{i}").Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Follower_that_falls_far_behind_still_sees_each_event()
    {
        using var end = new CancellationTokenSource(Patience);
        await RecordAsync(Some(0));
        await using var slow = Log.FollowAsync(StoredEvent.BeforeAll, new EventQuery(), end.Token).GetAsyncEnumerator(end.Token);
        Assert.Equal(["0"], await NextAsync(slow, 1));
        await using var quick = Log.FollowAsync(StoredEvent.BeforeAll, new EventQuery(), end.Token).GetAsyncEnumerator(end.Token);
        for (var batch = 0; batch < 7; batch++)
        {
            await RecordAsync([.. Enumerable.Range(1 + (batch * 500), 500).Select(i => Some(i))]);
            await NextAsync(quick, 500);
        }
        Assert.Equal(Enumerable.Range(1, 3500).Select(i => $"{i}"), await NextAsync(slow, 3500));
        await RecordAsync(Some(9999));
        Assert.Equal(["9999"], await NextAsync(slow, 1));
    }

    private static async Task<List<string?>> NextAsync(IAsyncEnumerator<StoredEvent> following, int count)
    {
        var reasons = new List<string?>();
        while (reasons.Count < count)
        {
            Assert.True(await following.MoveNextAsync());
            reasons.Add(following.Current.Event.Reason);
        }
        return reasons;
    }
}
