using Hashgate.Core.Events;
using Hashgate.Storage.Events;
using Hashgate.Storage.Sqlite;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Events;

public sealed class SqliteEventLogTests : EventLogContract, IAsyncTest
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteEventStore _store;
    private QueuedEventLog _log;

    public SqliteEventLogTests() => (_store, _log) = Open();

    protected override IEventLog Log => _log;

    [Fact]
    public async Task Restart_keeps_events_and_their_ids()
    {
        await RecordAsync(Some(0), Some(1));
        var before = await Log.QueryAsync(new EventQuery(), default);
        await _log.DisposeAsync();
        _store.Dispose();

        (_store, _log) = Open();

        Assert.Equal(before.Events, (await _log.QueryAsync(new EventQuery(), default)).Events);
    }

    [Fact]
    public async Task Trim_removes_what_is_old_and_what_is_too_much()
    {
        await RecordAsync([.. Enumerable.Range(0, 10).Select(i => Some(i))]);
        await _store.TrimAsync(Noon.AddMinutes(2), 1000, default);
        Assert.Equal(8, (await ReasonsAsync(new EventQuery())).Count());
        await _store.TrimAsync(Noon.AddMinutes(2), 3, default);
        Assert.Equal(["9", "8", "7"], await ReasonsAsync(new EventQuery()));
    }

    [Fact]
    public async Task Sums_go_with_the_events_that_are_old_and_stay_with_those_that_are_too_many()
    {
        await RecordAsync([.. Enumerable.Range(0, 5).Select(i => Some(i * 60, EventKinds.Blocked, "flask", "malware") with { Client = "192.0.2.1" })]);
        await _store.TrimAsync(Noon.AddHours(2), 1, default);

        var summary = await Log.SummarizeAsync(Noon.AddDays(-2), Noon.AddDays(2), TimeSpan.FromHours(1), default);

        Assert.Equal(3, summary.ByKind[EventKinds.Blocked]);
        // The day isn't over at that time.
        Assert.Equal(new NamedCount("flask", 5), Assert.Single(summary.Projects));
        await _store.TrimAsync(Noon.AddDays(1), 1, default);
        summary = await Log.SummarizeAsync(Noon.AddDays(-2), Noon.AddDays(2), TimeSpan.FromHours(1), default);
        Assert.Empty(summary.ByKind);
        Assert.Empty(summary.Projects);
        Assert.Empty(summary.Clients);
    }

    [Fact]
    public async Task Filter_that_matches_little_gives_short_pages_and_in_the_end_everything()
    {
        using var store = new SqliteEventStore(Path.Combine(_directory.Path, "short.db")) { MaxRows = 10, MaxIndexedRows = 10 };
        await store.AppendAsync([Some(0) with { Reason = "the needle" }, .. Enumerable.Range(1, 95).Select(i => Some(i))], default);
        var pages = 0;
        string? cursor = null;
        var found = new List<StoredEvent>();
        do
        {
            var page = await store.QueryAsync(new EventQuery(Text: "NEEDLE", Cursor: cursor), default);
            found.AddRange(page.Events);
            cursor = page.NextCursor;
            pages++;
        }
        while (cursor is not null);
        Assert.Equal("the needle", Assert.Single(found).Event.Reason);
        Assert.Equal(10, pages);

        var after = StoredEvent.BeforeAll;
        LaterEvents later;
        var foundLater = new List<StoredEvent>();
        do
        {
            later = await store.ReadAfterAsync(after, new EventQuery(Text: "NEEDLE"), default);
            foundLater.AddRange(later.Events);
            after = later.After;
        }
        while (later.HasMore);
        Assert.Equal(found, foundLater);
        Assert.Equal(await store.NewestAsync(default), after);
    }

    [Fact]
    public async Task Older_store_is_copied_aside_and_its_events_are_summed()
    {
        var path = Path.Combine(_directory.Path, "older.db");
        var random = new Random(7);
        Event[] events = [.. Enumerable.Range(0, 300).Select(i => RandomEvent(random, i))];
        using (var older = new SqliteDatabase(path, new SqliteSchema(SqliteEventSchema.Events)))
        {
            await older.WriteAsync(
                session => events.Sum(e => session.Execute(
                    "INSERT INTO events (at, kind, project, rule, event) VALUES (@1, @2, @3, @4, @5)", e.When.UtcTicks, e.Kind, e.Project?.Value, e.Rule, StoredEventJson.Of(e))),
                default);
        }

        using var store = new SqliteEventStore(path);
        await store.OpenAsync(default);

        Assert.True(File.Exists(path + ".v1.backup"));
        Assert.Equal(events.Reverse(), (await store.QueryAsync(new EventQuery(Limit: 1000), default)).Events.Select(e => e.Event));
        foreach (var client in events.Select(e => e.Client).Distinct())
        {
            Assert.Equal(events.Count(e => client is null || e.Client == client), (await store.QueryAsync(new EventQuery(Client: client, Limit: 1000), default)).Events.Count);
        }
        var memory = new MemoryEventLog();
        foreach (var e in events) memory.Record(e);
        AssertSame(await memory.SummarizeAsync(Noon.AddDays(-1), Noon.AddDays(9), TimeSpan.FromHours(6), default), await store.SummarizeAsync(Noon.AddDays(-1), Noon.AddDays(9), TimeSpan.FromHours(6), default));
    }

    [Fact]
    public async Task Names_of_an_hour_are_bounded_and_who_is_refused_most_stays()
    {
        var clients = Enumerable.Range(0, 10_000).Select(i => Some(0, EventKinds.Blocked, $"p{i}", "malware") with { Client = $"c{i}" });
        var often = Enumerable.Repeat(Some(0, EventKinds.Blocked, "often", "malware") with { Client = "busy" }, 20);
        foreach (var batch in clients.Chunk(500).Select((chunk, i) => chunk.Concat(often.Take(i % 2)))) await _store.AppendAsync([.. batch], default);

        var summary = await Log.SummarizeAsync(Noon, Noon.AddHours(1), TimeSpan.FromHours(1), default);
        Assert.Equal(10_010, summary.ByKind[EventKinds.Blocked]);
        Assert.Equal(("often", "busy"), (summary.Projects[0].Name, summary.Clients[0].Name));
        using var database = new SqliteDatabase(Path.Combine(_directory.Path, "events.db"), SqliteEventSchema.Schema);
        Assert.InRange(await database.ReadAsync(session => (long)session.Scalar("SELECT count(*) FROM refused")!, default), 1200, 2400);
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _store.Dispose();
        _directory.Dispose();
    }

    private (SqliteEventStore, QueuedEventLog) Open()
    {
        var store = new SqliteEventStore(Path.Combine(_directory.Path, "events.db"));
        return (store, new QueuedEventLog(store, new EventLogOptions(), [], new ManualTimeProvider(Noon), NullLogger<QueuedEventLog>.Instance));
    }
}
