using Hashgate.Core.Events;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>Filters by text and client, single events, what came later, and sums.</summary>
public abstract partial class EventLogContract
{
    private static readonly string[] Texts = ["requests", "Flask", "pip/24.0 {\"ci\":true}", "<script>", "naïve É", "a\\b", "100%_done", "it's \"so\"", "\u0000\u202E", "\U0001F600", "plus+minus"];

    [Fact]
    public async Task Recorded_at_once_it_is_there_whole_and_never_merged()
    {
        var refused = Some(0, EventKinds.Blocked, "flask", "malware") with { Client = "192.0.2.1" };
        var first = await Log.RecordAsync(refused, default);
        var second = await Log.RecordAsync(refused, default);

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(first, await Log.FindAsync(first.Id, default));
        Assert.Equal([second, first], (await Log.QueryAsync(new EventQuery(), default)).Events);
        Assert.Equal(second.Id, await Log.NewestAsync(default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("junk")]
    [InlineData("-1")]
    [InlineData("99999999999999999999999999")]
    [InlineData("99999999-7")]
    [InlineData("1 OR 1=1")]
    public async Task Id_of_no_event_finds_none(string id)
    {
        await RecordAsync(Some(0));
        Assert.Null(await Log.FindAsync(id, default));
    }

    [Fact]
    public async Task Any_of_several_kinds_matches()
    {
        string[] kinds = [EventKinds.Blocked, EventKinds.Held, EventKinds.Acted];
        await RecordAsync([.. Enumerable.Range(0, 9).Select(i => Some(i, kinds[i % 3]))]);
        Assert.Equal(["7", "6", "4", "3", "1", "0"], await ReasonsAsync(new EventQuery([EventKinds.Held, EventKinds.Blocked, EventKinds.Held])));
        Assert.Equal(["7", "6"], await ReasonsAsync(new EventQuery([EventKinds.Held, EventKinds.Blocked], Limit: 2)));
        Assert.Equal(9, (await ReasonsAsync(new EventQuery([]))).Count());
        Assert.Equal(9, (await ReasonsAsync(new EventQuery([.. EventKinds.All]))).Count());
    }

    [Fact]
    public async Task Every_query_finds_what_looking_at_each_event_finds()
    {
        var random = new Random(42);
        Event[] events = [.. Enumerable.Range(0, 200).Select(i => RandomEvent(random, i))];
        await RecordOneByOneAsync(events);
        for (var i = 0; i < 300; i++)
        {
            var query = RandomQuery(random);
            Assert.Equal([.. events.Where(query.Matches).Reverse()], await AllAsync(query));
            Assert.Equal([.. events.Where(query.Matches)], await AllAfterAsync(query));
        }
    }

    [Fact]
    public async Task Summary_agrees_with_counting_each_event()
    {
        var random = new Random(43);
        Event[] events = [.. Enumerable.Range(0, 500).Select(i => RandomEvent(random, i))];
        await RecordOneByOneAsync(events);
        for (var i = 0; i < 40; i++)
        {
            var since = Noon.AddMinutes(random.Next(-3000, 9000));
            var until = since.AddMinutes(random.Next(1, 12_000));
            var step = TimeSpan.FromMinutes(random.Next(1, 3000));
            AssertSame(Count(events, since, until, step), await Log.SummarizeAsync(since, until, step, default));
        }
    }

    [Fact]
    public async Task Summary_of_no_time_or_of_too_many_steps_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Log.SummarizeAsync(Noon, Noon, TimeSpan.FromHours(1), default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Log.SummarizeAsync(Noon, Noon.AddHours(1), TimeSpan.Zero, default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Log.SummarizeAsync(Noon, Noon.AddYears(3), TimeSpan.FromHours(1), default));
    }

    [Fact]
    public async Task What_came_later_is_read_oldest_first_and_says_where_to_go_on()
    {
        var empty = await Log.ReadAfterAsync(StoredEvent.BeforeAll, new EventQuery(), default);
        Assert.Equal((0, StoredEvent.BeforeAll, false), (empty.Events.Count, empty.After, empty.HasMore));

        await RecordAsync([.. Enumerable.Range(0, 25).Select(i => Some(i))]);
        var first = await Log.ReadAfterAsync(empty.After, new EventQuery(Limit: 20), default);
        Assert.Equal((20, first.Events[^1].Id), (first.Events.Count, first.After));
        var second = await Log.ReadAfterAsync(first.After, new EventQuery(Limit: 20), default);
        Assert.Equal(["20", "21", "22", "23", "24"], second.Events.Select(e => e.Event.Reason));
        Assert.False(second.HasMore);
        var third = await Log.ReadAfterAsync(second.After, new EventQuery(), default);
        Assert.Equal((0, second.After, false), (third.Events.Count, third.After, third.HasMore));
        await Assert.ThrowsAsync<FormatException>(async () => await Log.ReadAfterAsync("junk", new EventQuery(), default));
    }

    /// <summary>Texts that repeat, so that filters match some, and times that are not in order.</summary>
    protected static Event RandomEvent(Random random, int number)
    {
        return new Event
        {
            Kind = EventKinds.All[random.Next(EventKinds.All.Count)],
            When = Noon.AddMinutes(random.Next(8000)),
            Upstream = Maybe("pypi"),
            Project = random.Next(3) == 0 ? null : ProjectName.Parse($"project{random.Next(14)}"),
            Version = Maybe($"{random.Next(3)}.0"),
            Filename = Maybe(Texts[random.Next(Texts.Length)]),
            Rule = Maybe($"rule{random.Next(4)}"),
            Reason = $"{number} {Texts[random.Next(Texts.Length)]}",
            Client = Maybe($"192.0.2.{random.Next(16)}"),
            UserAgent = Maybe(Texts[random.Next(Texts.Length)]),
            RequestId = Maybe($"0HN{number}"),
            Actor = Maybe("someone"),
            Count = random.Next(4) == 0 ? random.Next(1, 1000) : 1,
        };

        string? Maybe(string text) => random.Next(3) == 0 ? null : text;
    }

    private static EventQuery RandomQuery(Random random)
    {
        var text = Texts[random.Next(Texts.Length)];
        var start = random.Next(text.Length);
        var part = text[start..random.Next(start + 1, text.Length + 1)];
        var since = Noon.AddMinutes(random.Next(8000));
        return new EventQuery(
            Kinds: Maybe<IReadOnlyList<string>>([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => EventKinds.All[random.Next(EventKinds.All.Count)])]),
            Project: Maybe($"project{random.Next(5)}"),
            Rule: Maybe($"rule{random.Next(5)}"),
            Client: Maybe($"192.0.2.{random.Next(8)}"),
            Text: Maybe(random.Next(2) == 0 ? part.ToUpperInvariant() : part),
            Since: random.Next(3) == 0 ? since : null,
            Until: random.Next(3) == 0 ? since.AddMinutes(random.Next(8000)) : null,
            Limit: random.Next(1, 30));

        T? Maybe<T>(T value) where T : class => random.Next(4) == 0 ? value : null;
    }

    /// <summary>The naive count that a summary must agree with.</summary>
    private static EventSummary Count(Event[] events, DateTimeOffset since, DateTimeOffset until, TimeSpan step)
    {
        var hour = TimeSpan.FromHours(1);
        var from = Noon.AddHours(Math.Floor((since - Noon) / hour));
        var to = Noon.AddHours(Math.Ceiling((until - Noon) / hour));
        var length = hour * Math.Ceiling(step / hour);
        var counted = events.Where(e => e.When >= from && e.When < to).ToList();
        var refused = counted.Where(e => e.Kind is EventKinds.Blocked or EventKinds.Held).ToList();
        return new EventSummary(
            from,
            to,
            length,
            counted.GroupBy(e => e.Kind).ToDictionary(g => g.Key, g => g.Sum(e => (long)e.Count)),
            [.. refused.GroupBy(e => e.Rule ?? "").Select(Series).OrderByDescending(s => s.Counts.Sum()).ThenBy(s => s.Rule, StringComparer.Ordinal)],
            Top(e => e.Project?.Value),
            Top(e => e.Client));

        RefusalSeries Series(IGrouping<string, Event> rule) => new(rule.Key, [.. Enumerable.Range(0, (int)Math.Ceiling((to - from) / length))
            .Select(i => rule.Where(e => e.When >= from + (i * length) && e.When < from + ((i + 1) * length)).Sum(e => (long)e.Count))]);

        NamedCount[] Top(Func<Event, string?> name) => [.. refused.Where(e => name(e) is not null).GroupBy(name).Select(g => new NamedCount(g.Key!, g.Sum(e => (long)e.Count)))
            .OrderByDescending(n => n.Count).ThenBy(n => n.Name, StringComparer.Ordinal).Take(10)];
    }

    protected static void AssertSame(EventSummary expected, EventSummary actual)
    {
        Assert.Equal((expected.Since, expected.Until, expected.Step), (actual.Since, actual.Until, actual.Step));
        Assert.Equal(expected.ByKind.OrderBy(k => k.Key, StringComparer.Ordinal), actual.ByKind.OrderBy(k => k.Key, StringComparer.Ordinal));
        Assert.Equal(expected.Refusals.Select(Text), actual.Refusals.Select(Text));
        Assert.Equal(expected.Projects, actual.Projects);
        Assert.Equal(expected.Clients, actual.Clients);

        static string Text(RefusalSeries series) => $"{series.Rule}: {string.Join(' ', series.Counts)}";
    }

    /// <summary>Written through, so that none is merged with another.</summary>
    private async Task RecordOneByOneAsync(Event[] events)
    {
        foreach (var e in events) await Log.RecordAsync(e, default);
    }

    private async Task<List<Event>> AllAsync(EventQuery query)
    {
        var found = new List<Event>();
        do
        {
            var page = await Log.QueryAsync(query, default);
            Assert.True(page.Events.Count <= query.Limit);
            found.AddRange(page.Events.Select(e => e.Event));
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return found;
    }

    private async Task<List<Event>> AllAfterAsync(EventQuery query)
    {
        var found = new List<Event>();
        var (after, hasMore) = (StoredEvent.BeforeAll, true);
        while (hasMore)
        {
            var later = await Log.ReadAfterAsync(after, query, default);
            found.AddRange(later.Events.Select(e => e.Event));
            (after, hasMore) = (later.After, later.HasMore);
        }
        return found;
    }
}
