using Hashgate.Core.Events;
using Hashgate.Proxy.Advisories;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Advisories;

public sealed class AdvisoryFeedTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new(Start);
    private readonly TemporaryDirectory _data = new();
    private FakeFeed _server = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeFeed.StartAsync();
        for (var i = 0; i < 20; i++) _server.Put($"MAL-2025-{i}", $"bad{i}", "1.0", Start.AddDays(-10 - i));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Refresh_reads_the_whole_and_tells_of_it()
    {
        using var rig = await LoadedAsync();
        Assert.Equal("MAL-2025-0", rig.MalwareOf("bad0", "1.0.0"));
        Assert.Null(rig.MalwareOf("bad0", "1.1"));
        Assert.Empty(rig.Status);
        Assert.StartsWith("20 advisories are in force, 20 of them on malware", Assert.Single(rig.Events.Recorded, e => e.Kind == EventKinds.AdvisoriesLoaded).Reason, StringComparison.Ordinal);
        Assert.Equal(["/PyPI/all.zip"], _server.Requests);
    }

    [Fact]
    public async Task Refresh_without_changes_asks_for_the_list_alone_and_by_its_etag()
    {
        using var rig = await LoadedAsync();
        var revision = rig.Policy.Current.Revision;
        await LaterAsync(rig);
        await LaterAsync(rig);
        Assert.Equal(["/PyPI/all.zip", "/PyPI/modified_id.csv", "/PyPI/modified_id.csv 304"], _server.Requests);
        Assert.Equal(revision, rig.Policy.Current.Revision);
        Assert.Equal(1, rig.EventsOf(EventKinds.AdvisoriesLoaded));
    }

    [Fact]
    public async Task Refresh_follows_changes_record_by_record()
    {
        using var rig = await LoadedAsync();
        _server.Requests.Clear();
        _server.Put("MAL-2026-1", "litellm", "1.82.7", Start.AddMinutes(1));
        await LaterAsync(rig);

        Assert.Equal("MAL-2026-1", rig.MalwareOf("litellm", "1.82.7"));
        Assert.Equal(["/PyPI/modified_id.csv", "/PyPI/MAL-2026-1.json"], _server.Requests);
        _server.Requests.Clear();
        await LaterAsync(rig);
        Assert.Equal(["/PyPI/modified_id.csv 304"], _server.Requests);
    }

    [Fact]
    public async Task Refresh_withdrawn_record_unblocks()
    {
        using var rig = await LoadedAsync();
        _server.Put("MAL-2025-0", "bad0", "1.0", Start.AddMinutes(1), ", \"withdrawn\": \"2026-03-01T12:01:00Z\"");
        await LaterAsync(rig);
        Assert.Null(rig.MalwareOf("bad0", "1.0"));
        Assert.Equal("MAL-2025-1", rig.MalwareOf("bad1", "1.0"));
    }

    [Fact]
    public async Task Refresh_id_with_slashes_is_asked_for_by_segments_and_is_no_path_here()
    {
        using var rig = await LoadedAsync();
        _server.Requests.Clear();
        _server.Put("MAL-pypi/2026 x?/y#", "xinference", "1.0", Start.AddMinutes(1));
        _server.Put("../../MAL-up", "up", "1.0", Start.AddMinutes(1));
        await LaterAsync(rig);

        Assert.Equal("MAL-pypi/2026 x?/y#", rig.MalwareOf("xinference", "1.0"));
        Assert.Equal(["/PyPI/modified_id.csv", "/PyPI/MAL-pypi/2026%20x%3F/y%23.json"], _server.Requests);
        Assert.Equal(["feed"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(rig.KeptAt)!, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("")]
    public void UrlOf_id_that_leads_elsewhere_has_no_url(string id) => Assert.Null(WebSource.UrlOf(new Uri("https://osv.example/PyPI/all.zip"), id));

    [Fact]
    public void UrlOf_stays_beside_the_source() =>
        Assert.Equal("https://osv.example/PyPI/http%3A/evil.json", WebSource.UrlOf(new Uri("https://osv.example/PyPI/all.zip"), "http:/evil")!.AbsoluteUri);

    [Fact]
    public async Task Refresh_record_that_a_cache_still_has_as_it_was_is_asked_for_again()
    {
        using var rig = await LoadedAsync();
        _server.Put("MAL-2026-1", "litellm", "1.82.7", Start.AddMinutes(1));
        _server.Instead["MAL-2026-1"] = """{"id": "MAL-2026-1", "modified": "2026-01-01T00:00:00Z"}""";
        await LaterAsync(rig);
        Assert.Null(rig.MalwareOf("litellm", "1.82.7"));
        _server.Instead.Clear();
        await LaterAsync(rig);
        Assert.Equal("MAL-2026-1", rig.MalwareOf("litellm", "1.82.7"));
    }

    [Fact]
    public async Task Refresh_reads_the_whole_again_after_a_day_if_it_changed()
    {
        using var rig = await LoadedAsync();
        _time.Advance(TimeSpan.FromDays(1));
        await rig.RefreshAsync();
        Assert.Equal(["/PyPI/all.zip", "/PyPI/all.zip 304"], _server.Requests);

        _server.Remove("MAL-2025-0");
        _time.Advance(TimeSpan.FromDays(1));
        await rig.RefreshAsync();
        Assert.Null(rig.MalwareOf("bad0", "1.0"));
    }

    [Fact]
    public async Task Refresh_more_changes_than_are_followed_are_read_as_a_whole()
    {
        using var rig = new FeedRig(_server.Url.AbsoluteUri, _data.Path, _time, new AdvisoryLimits { MaxChanges = 1 });
        await rig.RefreshAsync();
        _server.Put("MAL-2026-1", "new1", "1.0", Start.AddMinutes(1));
        _server.Put("MAL-2026-2", "new2", "1.0", Start.AddMinutes(1));
        await LaterAsync(rig);
        Assert.Equal("MAL-2026-2", rig.MalwareOf("new2", "1.0"));
        Assert.Equal("/PyPI/all.zip", _server.Requests.Last());
    }

    [Fact]
    public async Task Refresh_shrunken_feed_is_refused_and_told_of_until_it_is_back()
    {
        using var rig = await LoadedAsync();
        for (var i = 0; i < 3; i++) _server.Remove($"MAL-2025-{i}");
        _time.Advance(TimeSpan.FromDays(1));
        await rig.RefreshAsync();

        Assert.Equal("MAL-2025-0", rig.MalwareOf("bad0", "1.0"));
        Assert.Contains(rig.Status, reason => reason.Contains("has 17 records where it had 20", StringComparison.Ordinal));
        Assert.Equal(1, rig.EventsOf(EventKinds.AdvisoriesRefused));

        _server.Put("MAL-2026-1", "litellm", "1.82.7", _time.GetUtcNow());
        await LaterAsync(rig);
        Assert.Equal("MAL-2026-1", rig.MalwareOf("litellm", "1.82.7"));
        Assert.Single(rig.Status);

        for (var i = 0; i < 3; i++) _server.Put($"MAL-2025-{i}", $"bad{i}", "1.0", Start.AddDays(-10 - i));
        _time.Advance(TimeSpan.FromDays(1));
        await rig.RefreshAsync();
        Assert.Empty(rig.Status);
        Assert.Equal(1, rig.EventsOf(EventKinds.AdvisoriesRefused));
    }

    [Fact]
    public async Task Refresh_a_tenth_less_is_believed()
    {
        using var rig = await LoadedAsync();
        for (var i = 0; i < 2; i++) _server.Remove($"MAL-2025-{i}");
        _time.Advance(TimeSpan.FromDays(1));
        await rig.RefreshAsync();
        Assert.Null(rig.MalwareOf("bad0", "1.0"));
        Assert.Empty(rig.Status);
    }

    [Fact]
    public async Task Refresh_source_that_is_away_is_told_once_and_takes_nothing_away()
    {
        using var rig = await LoadedAsync();
        _server.IsDown = true;
        for (var i = 0; i < 5; i++) await LaterAsync(rig);

        Assert.Single(rig.Warnings);
        Assert.Empty(rig.Status);
        _time.Advance(TimeSpan.FromHours(24));
        await rig.RefreshAsync();
        Assert.Contains("last confirmed 2026-03-01 12:00 UTC", Assert.Single(rig.Status), StringComparison.Ordinal);
        Assert.Equal("MAL-2025-0", rig.MalwareOf("bad0", "1.0"));

        _server.IsDown = false;
        await LaterAsync(rig);
        Assert.Empty(rig.Status);
    }

    [Fact]
    public async Task Open_puts_the_last_runs_feed_in_force_without_the_source()
    {
        using (await LoadedAsync()) { }
        _server.IsDown = true;
        using var next = Rig();
        Assert.Equal("MAL-2025-0", next.MalwareOf("bad0", "1.0"));
        Assert.Empty(next.Status);
        Assert.Empty(next.Warnings);
    }

    [Fact]
    public async Task Open_follows_changes_from_where_the_last_run_ended()
    {
        using (await LoadedAsync()) { }
        _server.Requests.Clear();
        _server.Put("MAL-2026-1", "litellm", "1.82.7", Start.AddMinutes(1));
        using var next = Rig();
        await LaterAsync(next);
        Assert.Equal("MAL-2026-1", next.MalwareOf("litellm", "1.82.7"));
        Assert.DoesNotContain("/PyPI/all.zip", _server.Requests);
    }

    [Fact]
    public async Task Open_kept_feed_that_was_changed_is_not_used()
    {
        using (var rig = await LoadedAsync())
        {
            var kept = await File.ReadAllTextAsync(rig.KeptAt);
            await File.WriteAllTextAsync(rig.KeptAt, kept.Replace("bad0", "good", StringComparison.Ordinal));
        }
        using var next = Rig();
        Assert.Contains("digest", Assert.Single(next.Warnings), StringComparison.Ordinal);
        Assert.False(next.Policy.Current.Advisories.IsLoaded);
        await next.RefreshAsync();
        Assert.Equal("MAL-2025-0", next.MalwareOf("bad0", "1.0"));
    }

    [Theory]
    [InlineData(false, "no release is known to be malicious")]
    [InlineData(true, "every file is held")]
    public async Task Status_without_any_feed_says_what_holds(bool hold, string words)
    {
        _server.IsDown = true;
        using var rig = new FeedRig(_server.Url.AbsoluteUri, _data.Path, _time, hold: hold);
        await rig.RefreshAsync();
        Assert.Contains(words, Assert.Single(rig.Status), StringComparison.Ordinal);
        Assert.Contains("The answer is 503.", Assert.Single(rig.Status), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> HostileArchives => new()
    {
        { "no zip file", "<html>"u8.ToArray() },
        { "cut off", FakeFeed.Zip(("MAL-1.json", """{"id": "MAL-1"}"""))[..^30] },
        { "no record", FakeFeed.Zip(("readme.txt", "hello"), ("x.json", "[]")) },
        { "too many records", FakeFeed.Zip([.. Enumerable.Range(0, 60).Select(i => ($"MAL-{i}.json", $$"""{"id": "MAL-{{i}}"}"""))]) },
        { "too many entries", FakeFeed.Zip([.. Enumerable.Range(0, 210).Select(i => ($"{i}.txt", "")), ("MAL-1.json", """{"id": "MAL-1"}""")]) },
        { "too many bytes unpacked", FakeFeed.Zip([.. Enumerable.Range(0, 30).Select(i => ($"{i}.json", $$"""{"id": "MAL-{{i}}", "details": "{{new string(' ', 9_000)}}"}"""))]) },
        { "too many bytes", [.. FakeFeed.Zip(("MAL-1.json", """{"id": "MAL-1"}""")), .. new byte[200_000]] },
    };

    [Theory, MemberData(nameof(HostileArchives))]
    public async Task Refresh_hostile_archive_changes_nothing(string what, byte[] archive)
    {
        var limits = new AdvisoryLimits { MaxArchiveBytes = 100_000, MaxUnpackedBytes = 200_000, MaxRecordBytes = 10_000, MaxRecords = 50, MaxArchiveEntries = 200 };
        using var rig = new FeedRig(_server.Url.AbsoluteUri, _data.Path, _time, limits);
        await rig.RefreshAsync();
        _server.Whole = archive;
        _time.Advance(TimeSpan.FromDays(1));
        await rig.RefreshAsync();

        Assert.True(rig.MalwareOf("bad0", "1.0") == "MAL-2025-0", what);
        Assert.Contains("can't be read", rig.Warnings[^1], StringComparison.Ordinal);
        Assert.Equal(["feed"], Directory.GetFiles(Path.GetDirectoryName(rig.KeptAt)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Refresh_record_that_can_not_be_read_stays_as_it_was()
    {
        var limits = new AdvisoryLimits { MaxRecordBytes = 10_000 };
        using var rig = new FeedRig(_server.Url.AbsoluteUri, _data.Path, _time, limits);
        await rig.RefreshAsync();
        var rest = Enumerable.Range(2, 18).Select(i => ($"MAL-2025-{i}.json", $$"""{"id": "MAL-2025-{{i}}"}"""));
        _server.Whole = FakeFeed.Zip([("MAL-2025-0.json", "{"), ("MAL-2025-1.json", new string(' ', 1_000_000)), ("../../../../../tmp/x.json", "odd"), .. rest]);
        _time.Advance(TimeSpan.FromDays(1));
        await rig.RefreshAsync();

        Assert.Equal(("MAL-2025-0", "MAL-2025-1", null), (rig.MalwareOf("bad0", "1.0"), rig.MalwareOf("bad1", "1.0"), rig.MalwareOf("bad2", "1.0")));
        Assert.StartsWith("3 records", Assert.Single(rig.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refresh_local_file_or_folder_is_read_again_when_it_changes(bool folder)
    {
        var path = Path.Combine(_data.Path, folder ? "osv" : "all.zip");
        Publish("""{"id": "MAL-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "foo"}, "versions": ["1"]}]}""");
        using var rig = new FeedRig(path, _data.Path, _time);
        await rig.RefreshAsync();
        await LaterAsync(rig);
        Assert.Equal((1, "MAL-1"), (rig.EventsOf(EventKinds.AdvisoriesLoaded), rig.MalwareOf("foo", "1")));

        Publish("""{"id": "MAL-1", "withdrawn": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "foo"}, "versions": ["1"]}]}""");
        await LaterAsync(rig);
        Assert.Null(rig.MalwareOf("foo", "1"));

        void Publish(string record)
        {
            if (!folder) File.WriteAllBytes(path, FakeFeed.Zip(("MAL-1.json", record)));
            else File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(path, "malicious", "foo")).FullName, "MAL-1.json"), record);
        }
    }

    [Fact]
    public async Task Refresh_local_file_that_is_missing_is_told()
    {
        using var rig = new FeedRig(Path.Combine(_data.Path, "missing.zip"), _data.Path, _time);
        await rig.RefreshAsync();
        Assert.Contains("can't be read", Assert.Single(rig.Status), StringComparison.Ordinal);
    }

    [Fact]
    public void Status_of_no_source_is_fine()
    {
        using var rig = new FeedRig("none", _data.Path, _time);
        Assert.Empty(rig.Status);
    }

    private FeedRig Rig() => new(_server.Url.AbsoluteUri, _data.Path, _time);

    private async Task<FeedRig> LoadedAsync()
    {
        var rig = Rig();
        await rig.RefreshAsync();
        return rig;
    }

    private async Task LaterAsync(FeedRig rig)
    {
        _time.Advance(TimeSpan.FromMinutes(5));
        await rig.RefreshAsync();
    }
}
