using Hashgate.Core.Events;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Events;

/// <summary>
/// Adds the events that were in the stream before there were sums: once, a piece at a time, whichever replica comes to it. Where the pieces
/// end is kept in the step that adds them, so that none is added twice.
/// </summary>
internal sealed class RedisEventBackfill(RedisConnection redis, RedisEventStore store, RedisEventSums sums)
{
    private volatile bool _begun;

    /// <summary>The newest event from before there were sums.</summary>
    private RedisKey End => redis.Key("events:sums:end");

    /// <summary>The last of those that is added.</summary>
    private RedisKey Added => redis.Key("events:sums:added");

    /// <summary>Before this process first appends: notes which events have no sums.</summary>
    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (_begun) return;
        var newest = await store.NewestAsync(cancellationToken);
        await redis.RunAsync(d => d.StringSetAsync(End, newest, when: When.NotExists), cancellationToken);
        _begun = true;
    }

    /// <summary>With every append: in a Redis that was emptied since there is nothing without sums.</summary>
    public void Keep(ITransaction transaction) => _ = transaction.StringSetAsync(End, StoredEvent.BeforeAll, when: When.NotExists);

    /// <summary>Adds all that is not added yet.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var end = (string?)await redis.RunAsync(d => d.StringGetAsync(End), cancellationToken) ?? StoredEvent.BeforeAll;
        while (true)
        {
            var added = await redis.RunAsync(d => d.StringGetAsync(Added), cancellationToken);
            var after = (string?)added ?? StoredEvent.BeforeAll;
            if (store.Compare(after, end) >= 0) return;
            var some = await store.ReadAfterAsync(after, new EventQuery(Limit: EventQuery.MaxLimit), cancellationToken);
            var earlier = some.Events.Where(e => store.Compare(e.Id, end) <= 0).Select(e => e.Event).ToList();
            // Another replica may have added them meanwhile; then it is looked again.
            await redis.RunAsync(
                d =>
                {
                    var transaction = d.CreateTransaction();
                    transaction.AddCondition(Condition.StringEqual(Added, added));
                    _ = sums.Add(transaction, EventSums.Of(earlier));
                    _ = transaction.StringSetAsync(Added, some.HasMore && earlier.Count == some.Events.Count ? some.After : end);
                    return transaction.ExecuteAsync();
                },
                cancellationToken);
        }
    }
}
