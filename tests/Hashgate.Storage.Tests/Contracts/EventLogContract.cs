using Hashgate.Core.Events;
using Hashgate.Core.Packaging;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>What every <see cref="IEventLog"/> does. Each test has a log of its own, and none of its events repeat.</summary>
public abstract partial class EventLogContract
{
    // Long before any real clock: a store that stamps events itself must not take them for future ones.
    protected static readonly DateTimeOffset Noon = new(2020, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected abstract IEventLog Log { get; }

    [Fact]
    public async Task Empty_log_answers_an_empty_last_page()
    {
        var page = await Log.QueryAsync(new EventQuery(), default);
        Assert.Empty(page.Events);
        Assert.Null(page.NextCursor);
    }

    [Fact]
    public async Task Event_is_read_back_with_every_field()
    {
        var full = new Event
        {
            Kind = EventKinds.Blocked,
            When = Noon.AddTicks(7),
            Upstream = "pypi",
            Project = ProjectName.Parse("requests"),
            Version = "2.0",
            Filename = "requests-2.0.tar.gz",
            Rule = "malware",
            Reason = "<script>alert('é\u0000')</script>\r\n\"; DROP TABLE events; --",
            Client = "192.0.2.1",
            UserAgent = "pip/24.0",
            RequestId = "abc",
            Actor = "someone",
            Count = 3,
        };
        await RecordAsync(full);
        Assert.Equal(full, Assert.Single((await Log.QueryAsync(new EventQuery(), default)).Events).Event);
    }

    [Fact]
    public async Task Events_come_newest_first()
    {
        await RecordAsync([.. Enumerable.Range(0, 5).Select(i => Some(i))]);
        Assert.Equal(["4", "3", "2", "1", "0"], await ReasonsAsync(new EventQuery()));
    }

    [Theory]
    [InlineData("held", null, null, "1")]
    [InlineData(null, "flask", null, "2,1")]
    [InlineData(null, null, "malware", "2")]
    [InlineData("blocked", "flask", "malware", "2")]
    [InlineData("blocked", "nothing", null, "")]
    public async Task Every_filter_that_is_set_must_match(string? kind, string? project, string? rule, string expected)
    {
        await RecordAsync(
            Some(0, EventKinds.Blocked, "requests", "minimum-age"),
            Some(1, EventKinds.Held, "flask", "minimum-age"),
            Some(2, EventKinds.Blocked, "flask", "malware"),
            Some(3, EventKinds.UpstreamDown, null, null));

        Assert.Equal(expected, string.Join(',', await ReasonsAsync(new EventQuery(kind is null ? null : [kind], project, rule))));
    }

    [Fact]
    public async Task Since_takes_in_its_moment_and_until_does_not()
    {
        await RecordAsync([.. Enumerable.Range(0, 5).Select(i => Some(i))]);
        Assert.Equal(["3", "2"], await ReasonsAsync(new EventQuery(Since: Noon.AddMinutes(2), Until: Noon.AddMinutes(4))));
    }

    [Fact]
    public async Task Cursor_goes_through_every_event_once_while_more_are_recorded()
    {
        await RecordAsync([.. Enumerable.Range(0, 25).Select(i => Some(i))]);
        var seen = new List<string>();
        string? cursor = null;
        var later = 100;
        do
        {
            var page = await Log.QueryAsync(new EventQuery(Limit: 10, Cursor: cursor), default);
            Assert.True(page.Events.Count <= 10);
            seen.AddRange(page.Events.Select(e => e.Event.Reason!));
            cursor = page.NextCursor;
            await RecordAsync(Some(later++));
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"{i}"), seen);
    }

    [Fact]
    public async Task Last_page_that_is_full_has_no_cursor()
    {
        await RecordAsync([.. Enumerable.Range(0, 10).Select(i => Some(i))]);
        Assert.Null((await Log.QueryAsync(new EventQuery(Limit: 10), default)).NextCursor);
        Assert.NotNull((await Log.QueryAsync(new EventQuery(Limit: 9), default)).NextCursor);
    }

    [Fact]
    public async Task Limit_out_of_range_is_the_nearest_in_it()
    {
        await RecordAsync(Some(0), Some(1));
        Assert.Single((await Log.QueryAsync(new EventQuery(Limit: -5), default)).Events);
        Assert.Equal(2, (await Log.QueryAsync(new EventQuery(Limit: int.MaxValue), default)).Events.Count);
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("1 OR 1=1")]
    [InlineData("-")]
    [InlineData("")]
    public async Task Cursor_that_is_none_is_told(string cursor) =>
        await Assert.ThrowsAsync<FormatException>(async () => await Log.QueryAsync(new EventQuery(Cursor: cursor), default));

    protected static Event Some(int number, string kind = EventKinds.Acted, string? project = null, string? rule = null) => new()
    {
        Kind = kind,
        When = Noon.AddMinutes(number),
        Project = project is null ? null : ProjectName.Parse(project),
        // Refusals of one file are repeats.
        Filename = $"{number}.whl",
        Rule = rule,
        Reason = $"{number}",
    };

    protected async Task RecordAsync(params Event[] events)
    {
        foreach (var e in events) Log.Record(e);
        await Log.FlushAsync(default);
    }

    protected async Task<IEnumerable<string?>> ReasonsAsync(EventQuery query) =>
        (await Log.QueryAsync(query, default)).Events.Select(e => e.Event.Reason);
}
