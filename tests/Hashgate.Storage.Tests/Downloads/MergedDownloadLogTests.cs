using System.Runtime.CompilerServices;
using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Downloads;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Downloads;

public sealed class MergedDownloadLogTests : IAsyncTest
{
    private static readonly DateTimeOffset Evening = new(2026, 1, 31, 23, 59, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new(Evening);
    private readonly Store _store = new();
    private readonly MergedDownloadLog _log;

    public MergedDownloadLogTests() => _log = new MergedDownloadLog(_store, TimeSpan.FromDays(30), _time, NullLogger<MergedDownloadLog>.Instance);

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Downloads_of_one_file_by_one_client_on_one_day_are_written_as_one_entry()
    {
        _log.Record(Some("10.0.0.1"));
        _log.Record(Some("10.0.0.1"));
        _log.Record(Some("10.0.0.2"));
        _time.Advance(TimeSpan.FromMinutes(2));
        _log.Record(Some("10.0.0.1"));
        await _log.FlushAsync(default);

        var days = (new DateOnly(2026, 1, 31), new DateOnly(2026, 2, 1));
        Assert.Equal(
            [(days.Item1, "10.0.0.1", 2), (days.Item1, "10.0.0.2", 1), (days.Item2, "10.0.0.1", 1)],
            _store.Written.Select(d => (d.Day, d.Client, d.Count)).Order());
    }

    [Fact]
    public async Task Store_that_is_away_gets_everything_when_it_is_back()
    {
        _store.IsAway = true;
        _log.Record(Some("10.0.0.1"));
        await _log.FlushAsync(default);
        _log.Record(Some("10.0.0.1"));
        _store.IsAway = false;
        await _log.FlushAsync(default);

        Assert.Equal(2, Assert.Single(_store.Written).Count);
    }

    [Fact]
    public async Task Full_record_takes_no_more_files_and_goes_on_counting_those_it_has()
    {
        for (var i = 0; i <= MergedDownloadLog.MaxPending; i++) _log.Record(Some($"client {i}"));
        _log.Record(Some("client 0"));
        await _log.FlushAsync(default);

        Assert.Equal(MergedDownloadLog.MaxPending, _store.Written.Count);
        Assert.Equal(2, _store.Written.Single(d => d.Client == "client 0").Count);
        Assert.DoesNotContain(_store.Written, d => d.Client == $"client {MergedDownloadLog.MaxPending}");
    }

    [Fact]
    public async Task Long_user_agent_is_cut()
    {
        _log.Record(Some("10.0.0.1") with { UserAgent = new string('x', 100_000) });
        await _log.FlushAsync(default);
        Assert.Equal(512, Assert.Single(_store.Written).UserAgent!.Length);
    }

    [Fact]
    public async Task What_waits_is_written_at_the_end()
    {
        _log.Record(Some("10.0.0.1"));
        await _log.DisposeAsync();
        Assert.Single(_store.Written);
    }

    private static ServedDownload Some(string client) => new(ProjectName.Parse("demo"), "1.0", "demo-1.0.tar.gz", null, client, "pip/23.2.1");

    private sealed class Store : IDownloadStore
    {
        public List<Download> Written { get; } = [];
        public bool IsAway { get; set; }

        public ValueTask AddAsync(IReadOnlyCollection<Download> downloads, CancellationToken cancellationToken)
        {
            if (IsAway) throw new StoreUnavailableException("away");
            Written.AddRange(downloads);
            return ValueTask.CompletedTask;
        }

        public async IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var download in Written.Where(query.Matches)) yield return download;
        }

        public ValueTask TrimAsync(DateOnly before, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
