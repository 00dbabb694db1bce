using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Downloads;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>What every store of downloads does.</summary>
public abstract class DownloadStoreContract : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2026, 1, 31);
    private static readonly Sha256Digest Digest = Sha256Digest.Of("file"u8);

    protected IDownloadStore Store { get; private set; } = null!;

    protected abstract Task<IDownloadStore> OpenAsync();

    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => Store = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [Fact]
    public async Task Download_comes_back_with_every_field()
    {
        var download = Some() with { Version = null, Sha256 = null, UserAgent = null, Filename = "demo 1.0\u00fc.exe" };
        await Store.AddAsync([Some(), download], default);
        Assert.Equal([Some(), download], (await ReadAsync()).OrderByDescending(d => d.Filename, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Same_file_client_and_day_is_one_entry_whose_counts_add_up()
    {
        await Store.AddAsync([Some()], default);
        await Store.AddAsync([Some() with { Count = 4, Last = Some().Last.AddHours(1), UserAgent = "uv/0.12" }], default);
        Assert.Equal([Some() with { Count = 5, Last = Some().Last.AddHours(1), UserAgent = "uv/0.12" }], await ReadAsync());
    }

    [Fact]
    public async Task Every_filter_that_is_set_must_match()
    {
        var (older, other, wheel) = (Some() with { Day = Day.AddDays(-1) }, Some() with { Project = ProjectName.Parse("demo-two") }, Some() with { Filename = "demo-1.0-py3-none-any.whl" });
        await Store.AddAsync([Some(), older, other, wheel], default);
        Assert.Equal(new HashSet<Download> { Some(), other, wheel }, [.. await ReadAsync(new DownloadQuery(Since: Day))]);
        Assert.Equal(new HashSet<Download> { older, Some(), wheel }, [.. await ReadAsync(new DownloadQuery(Project: older.Project))]);
        Assert.Equal(new HashSet<Download> { older, Some(), other }, [.. await ReadAsync(new DownloadQuery(Filename: older.Filename))]);
        Assert.Equal(new HashSet<Download> { older, Some() }, [.. await ReadAsync(new DownloadQuery(Project: older.Project, Filename: older.Filename))]);
        Assert.Empty(await ReadAsync(new DownloadQuery(Day.AddDays(1), older.Project, older.Filename)));
    }

    [Fact]
    public async Task Digest_finds_its_entries_under_whatever_name()
    {
        var copy = Some() with { Project = ProjectName.Parse("copy"), Filename = "copy-9.tar.gz", Version = "9", Client = "10.0.0.2" };
        var newer = Some() with { Version = "1.1", Filename = "demo-1.1.tar.gz", Sha256 = Sha256Digest.Of("newer"u8) };
        var begun = Some() with { Filename = Some().Filename + ".exe", Version = null, Sha256 = null };
        await Store.AddAsync([Some(), copy, newer, begun], default);
        Assert.Equal(new HashSet<Download> { Some(), copy }, [.. await ReadAsync(new DownloadQuery(Sha256: Digest))]);
        Assert.Equal([Some()], await ReadAsync(new DownloadQuery(Project: Some().Project, Sha256: Digest)));
        Assert.Equal([Some()], await ReadAsync(new DownloadQuery(Project: Some().Project, Filename: Some().Filename)));
        Assert.Empty(await ReadAsync(new DownloadQuery(Sha256: Sha256Digest.Of("none"u8))));
    }

    public static TheoryData<DownloadQuery> Narrow =>
    [
        new DownloadQuery(Project: ProjectName.Parse("demo")), new DownloadQuery(Project: ProjectName.Parse("demo"), Filename: "demo-1.0.tar.gz"), new DownloadQuery(Sha256: Digest),
    ];

    [Theory, MemberData(nameof(Narrow))]
    public async Task Many_entries_of_one_file_are_each_read_once_among_those_of_others(DownloadQuery query)
    {
        var own = Enumerable.Range(0, 2300).Select(i => Some() with { Day = Day.AddDays(i % 2), Client = $"10.0.{i / 250}.{i % 250}" }).ToArray();
        var others = Enumerable.Range(0, 1200).Select(i => Some() with { Project = ProjectName.Parse("demo-two"), Filename = $"demo_two-{i}.tar.gz", Sha256 = null });
        await Store.AddAsync([.. own, .. others], default);
        var read = await ReadAsync(query);
        Assert.Equal(own.Length, read.Count);
        Assert.Equal(own.ToHashSet(), read.ToHashSet());
        Assert.Equal(read.Select(d => d.Day).Order(), read.Select(d => d.Day));
    }

    [Fact]
    public async Task Many_entries_are_each_read_once_the_oldest_day_first()
    {
        var all = Enumerable.Range(0, 2500).Select(i => Some() with { Day = Day.AddDays(i % 3), Client = $"10.0.{i / 250}.{i % 250}" }).ToArray();
        await Store.AddAsync(all, default);
        var read = await ReadAsync();
        Assert.Equal(all.ToHashSet(), read.ToHashSet());
        Assert.Equal(all.Length, read.Count);
        Assert.Equal(read.Select(d => d.Day).Order(), read.Select(d => d.Day));
    }

    [Fact]
    public async Task Trim_removes_whole_days()
    {
        await Store.AddAsync([Some(), Some() with { Day = Day.AddDays(-1) }, Some() with { Day = Day.AddDays(-9) }], default);
        await Store.TrimAsync(Day, default);
        Assert.Equal([Some()], await ReadAsync());
    }

    private async Task<List<Download>> ReadAsync(DownloadQuery? query = null)
    {
        var read = new List<Download>();
        await foreach (var download in Store.ReadAsync(query ?? new DownloadQuery(), default)) read.Add(download);
        return read;
    }

    private static Download Some() => new(
        Day, ProjectName.Parse("demo"), "1.0", "demo-1.0.tar.gz", Digest, "10.0.0.1", "pip/23.2.1", 1, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
}
