using Hashgate.Core.Events;
using Hashgate.Storage.Events;
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
