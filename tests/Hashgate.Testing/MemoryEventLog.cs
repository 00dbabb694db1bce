using System.Globalization;
using System.Runtime.CompilerServices;
using Hashgate.Core.Events;
using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>Events in a list, for tests to look at.</summary>
public sealed class MemoryEventLog : IEventLog
{
    private readonly Lock _lock = new();
    private readonly List<Event> _events = [];
    private TaskCompletionSource _recorded = NewSource();

    /// <summary>What was recorded so far, oldest first.</summary>
    public IReadOnlyList<Event> Recorded
    {
        get
        {
            lock (_lock) return [.. _events];
        }
    }

    public void Record(Event happened) => Add(happened);

    /// <summary>Whether its store can't be written through; what is only handed over is taken as ever.</summary>
    public bool IsAway { get; set; }

    public ValueTask<StoredEvent> RecordAsync(Event happened, CancellationToken cancellationToken) =>
        IsAway ? throw new StoreUnavailableException("The events are away.") : ValueTask.FromResult(Add(happened));

    public ValueTask<EventPage> QueryAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var before = query.Cursor is null ? long.MaxValue : Number(query.Cursor);
        var matching = Stored().Where(e => Number(e.Id) < before && query.Matches(e.Event)).Reverse().ToList();
        var page = matching.Take(Math.Clamp(query.Limit, 1, EventQuery.MaxLimit)).ToList();
        return ValueTask.FromResult(new EventPage(page, matching.Count > page.Count ? page[^1].Id : null));
    }

    public ValueTask<LaterEvents> ReadAfterAsync(string id, EventQuery filter, CancellationToken cancellationToken)
    {
        var after = Number(id);
        var stored = Stored();
        var matching = stored.Where(e => Number(e.Id) > after && filter.Matches(e.Event)).ToList();
        var some = matching.Take(Math.Clamp(filter.Limit, 1, EventQuery.MaxLimit)).ToList();
        var hasMore = matching.Count > some.Count;
        var last = hasMore ? Number(some[^1].Id) : Math.Max(after, stored.Count);
        return ValueTask.FromResult(new LaterEvents(some, Text(last), hasMore));
    }

    public ValueTask<string> NewestAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Text(Recorded.Count));

    public ValueTask<StoredEvent?> FindAsync(string id, CancellationToken cancellationToken) => ValueTask.FromResult(Stored().FirstOrDefault(e => e.Id == id));

    public IAsyncEnumerable<StoredEvent> FollowAsync(string? afterId, EventQuery filter, CancellationToken cancellationToken)
    {
        var newest = Recorded.Count;
        return FollowAsync(afterId is null ? newest : Math.Min(newest, Number(afterId)), filter, cancellationToken);
    }

    public ValueTask<EventSummary> SummarizeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan step, CancellationToken cancellationToken)
    {
        var summary = new EventSummaryBuilder(since, until, step);
        var counted = Recorded.Where(e => EventSummaryBuilder.HourOf(e.When) is var hour && hour >= summary.FirstHour && hour < summary.EndHour).ToList();
        foreach (var e in counted) summary.Add(EventSummaryBuilder.HourOf(e.When), e.Kind, e.Rule, e.Count);
        return ValueTask.FromResult(summary.Build(Top(e => e.Project?.Value), Top(e => e.Client)));

        IReadOnlyList<NamedCount> Top(Func<Event, string?> name) => EventSummaryBuilder.Top(
            counted.Where(e => EventSummaryBuilder.IsRefused(e.Kind) && name(e) is not null).GroupBy(name).Select(g => new NamedCount(g.Key!, g.Sum(e => (long)e.Count))));
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private async IAsyncEnumerable<StoredEvent> FollowAsync(long after, EventQuery filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task recorded;
            lock (_lock) recorded = _recorded.Task;
            foreach (var e in Stored().Skip((int)after))
            {
                if (filter.Matches(e.Event)) yield return e;
                after = Number(e.Id);
            }
            await recorded.WaitAsync(cancellationToken);
        }
    }

    private StoredEvent Add(Event happened)
    {
        lock (_lock)
        {
            _events.Add(happened);
            _recorded.TrySetResult();
            _recorded = NewSource();
            return new StoredEvent(Text(_events.Count), happened);
        }
    }

    private List<StoredEvent> Stored() => [.. Recorded.Select((e, i) => new StoredEvent(Text(i + 1), e))];

    private static long Number(string id) => long.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
