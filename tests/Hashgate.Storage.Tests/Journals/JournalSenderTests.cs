using System.Net;

namespace Hashgate.Storage.Tests.Journals;

public sealed class JournalSenderTests : IAsyncTest
{
    private JournalRig _rig = null!;

    public async Task InitializeAsync() => _rig = await JournalRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task New_lines_are_sent_and_nothing_twice()
    {
        await _rig.AppendAndSendAsync(3);
        await _rig.AppendAndSendAsync(2);
        Assert.Equal(2, _rig.Chunks.Count);
        var requests = _rig.Store.Requests.Count;
        await _rig.SendAsync();
        Assert.Equal(requests, _rig.Store.Requests.Count);
        await _rig.AssertSentAsync("one");
        var head = Assert.Single(await _rig.Shared.ReadHeadsAsync(default));
        Assert.Equal(("store", 5L), (head.Identity, head.HighestSequence.Total));
    }

    [Fact]
    public async Task Journal_of_no_store_is_not_sent()
    {
        await _rig.SendAsync();
        Assert.Empty(_rig.Store.Requests);
    }

    [Fact]
    public async Task Store_that_is_away_gets_all_of_it_once_it_is_back()
    {
        await _rig.AppendAndSendAsync();
        _rig.Store.Fault = _ => HttpStatusCode.Forbidden;
        await _rig.AppendAsync(10);
        await Assert.ThrowsAnyAsync<IOException>(_rig.SendAsync);
        await _rig.AppendAsync(10);
        await Assert.ThrowsAnyAsync<IOException>(_rig.SendAsync);
        Assert.Contains("403", _rig.Shared.Trouble, StringComparison.Ordinal);
        _rig.Store.Fault = _ => null;
        await _rig.SendAsync();
        Assert.Null(_rig.Shared.Trouble);
        await _rig.AssertSentAsync("one");
    }

    [Fact]
    public async Task Many_small_objects_become_few()
    {
        for (var i = 0; i < 200; i++) await _rig.AppendAndSendAsync();
        Assert.InRange(_rig.Chunks.Count, 1, 64);
        await _rig.AssertSentAsync("one");
    }

    [Fact]
    public async Task Closed_segments_are_put_together_and_large_ones_come_in_pieces()
    {
        await _rig.CloseAsync();
        _rig.Open("small segments", 3000);
        for (var i = 0; i < 30; i++) await _rig.AppendAndSendAsync();
        var closed = Directory.GetFiles(_rig.Journal.Directory, "*.jsonl").Length - 1;
        Assert.InRange(closed, 3, 15);
        for (var segment = 1; segment <= closed; segment++) Assert.Single(_rig.Chunks, name => name.Contains($"/{segment:D8}-", StringComparison.Ordinal));

        await _rig.CloseAsync();
        _rig.Open("large");
        var before = _rig.Chunks.Count;
        await _rig.AppendAndSendAsync(30_000);
        Assert.InRange(_rig.Chunks.Count - before, 2, 6);
        await _rig.AssertSentAsync("small segments", "large");
    }

    [Fact]
    public async Task Restarted_replica_goes_on_where_it_was()
    {
        _rig.Store.ListedAtOnce = 2;
        for (var i = 0; i < 5; i++) await _rig.AppendAndSendAsync();
        var names = _rig.Chunks;
        await _rig.RestartAsync();
        await _rig.AppendAndSendAsync();
        Assert.Equal(names, _rig.Chunks.Take(names.Count));
        Assert.Equal(names.Count + 1, _rig.Chunks.Count);
        await _rig.AssertSentAsync("one");
    }

    [Fact]
    public async Task Bucket_that_lost_objects_gets_them_again()
    {
        for (var i = 0; i < 5; i++) await _rig.AppendAndSendAsync(5);
        var names = _rig.Chunks;
        _rig.Store.Remove(names[0]);
        _rig.Store.Remove(names[2]);
        _rig.Store.Remove(names[4]);
        Assert.Equal(2, Assert.Single(await _rig.Shared.OpenAsync(default)).Gaps.Count);
        await _rig.RestartAsync();
        await _rig.SendAsync();
        Assert.Equal(names, _rig.Chunks);
        await _rig.AssertSentAsync("one");
    }

    [Fact]
    public async Task Objects_left_of_a_merge_that_was_cut_off_are_removed_at_the_next_start()
    {
        for (var i = 0; i < 63; i++) await _rig.AppendAndSendAsync();
        _rig.Store.Fault = request => request.Method == "DELETE" ? HttpStatusCode.Forbidden : null;
        await Assert.ThrowsAnyAsync<IOException>(() => _rig.AppendAndSendAsync());
        Assert.Equal(65, _rig.Chunks.Count);
        _rig.Store.Fault = _ => null;
        await _rig.RestartAsync();
        await _rig.SendAsync();
        Assert.Single(_rig.Chunks);
        await _rig.AssertSentAsync("one");
    }

    [Fact]
    public async Task Journal_that_was_put_back_goes_on_under_a_new_name()
    {
        await _rig.AppendAndSendAsync(5);
        Copy("one", "backup");
        await _rig.AppendAndSendAsync(5);
        var sent = _rig.Store.Objects.Where(o => o.Key.EndsWith(".gz", StringComparison.Ordinal)).ToArray();
        await _rig.RestartAsync("backup");
        await _rig.AppendAndSendAsync(5, "differently");
        Assert.Equal(2, (await _rig.Shared.ReadHeadsAsync(default)).Count);
        Assert.All(sent, o => Assert.Same(o.Value, _rig.Store.Objects[o.Key]));
        await _rig.AssertSentAsync("one", "backup");
    }

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(_rig.PathOf(to));
        foreach (var file in Directory.GetFiles(_rig.PathOf(from))) File.Copy(file, Path.Combine(_rig.PathOf(to), Path.GetFileName(file)));
    }
}
