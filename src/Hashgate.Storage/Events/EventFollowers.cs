using System.Runtime.CompilerServices;
using Hashgate.Core.Events;

namespace Hashgate.Storage.Events;

/// <summary>Lets any number of readers follow a store: woken by what this process appends, and each second where others append too.</summary>
internal sealed class EventFollowers(IEventStore store, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private TaskCompletionSource _appended = NewSource();

    /// <summary>Tells that something was appended.</summary>
    public void Wake() => Interlocked.Exchange(ref _appended, NewSource()).TrySetResult();

    /// <inheritdoc cref="IEventLog.FollowAsync"/>
    public IAsyncEnumerable<StoredEvent> FollowAsync(string? afterId, EventQuery filter, CancellationToken cancellationToken)
    {
        // Here, and not when it is first enumerated: an id that is none is the caller's mistake.
        if (afterId is not null) _ = store.Compare(afterId, afterId);
        return ReadAsync(afterId, filter with { Limit = EventQuery.MaxLimit }, cancellationToken);
    }

    private async IAsyncEnumerable<StoredEvent> ReadAsync(string? afterId, EventQuery filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = await store.NewestAsync(cancellationToken);
        var after = afterId is null || (newest is not null && store.Compare(afterId, newest) > 0) ? newest : afterId;
        while (true)
        {
            // Taken before the store is looked at: what comes after that wakes again.
            var appended = Volatile.Read(ref _appended).Task;
            var some = await store.ReadAfterAsync(after, filter, cancellationToken);
            foreach (var e in some.Events) yield return e;
            after = some.After;
            if (some.HasMore) continue;
            if (store.IsShared) await Task.WhenAny(appended, Task.Delay(LookEvery, clock, cancellationToken)).WaitAsync(cancellationToken);
            else await appended.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
