using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Testing;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>What every driver of <see cref="IPageStore"/> does.</summary>
public abstract class PageStoreContract
{
    protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The number of the lease that the upstream was asked with, where it doesn't matter which.</summary>
    protected const long Turn = 7;

    protected abstract IPageStore Store { get; }

    [Fact]
    public async Task Get_what_was_never_put_is_null() =>
        Assert.Null(await Store.GetAsync("pypi", ProjectName.Parse("requests"), default));

    [Fact]
    public async Task Put_snapshot_is_read_back_equal()
    {
        var snapshot = Some("requests") with { ETag = "\"abc\"", LastModified = "Sun, 01 Mar 2026 12:00:00 GMT", GoneSince = Noon };
        await Store.PutAsync(snapshot, Turn, default);
        AssertSame(snapshot, await Store.GetAsync("pypi", snapshot.Page.Project, default));
    }

    [Fact]
    public async Task Files_that_are_listed_no_more_are_kept_through_a_renewal()
    {
        var three = Some("requests", files: 3);
        var snapshot = three with { Page = three.Page with { Files = [three.Page.Files[0]], Removed = [.. three.Page.Files.Skip(1).Select(f => new RemovedFile(f, Noon.AddTicks(3)))] } };
        await Store.PutAsync(snapshot, Turn, default);
        AssertSame(snapshot, await Store.GetAsync("pypi", snapshot.Page.Project, default));
        await Store.RenewAsync(snapshot with { GoneSince = Noon.AddHours(1) }, Turn, default);
        AssertSame(snapshot with { GoneSince = Noon.AddHours(1) }, await Store.GetAsync("pypi", snapshot.Page.Project, default));
    }

    [Fact]
    public async Task Put_replaces_the_page_before()
    {
        await Store.PutAsync(Some("requests", files: 3), Turn, default);
        var newer = Some("requests", files: 1) with { FetchedAt = Noon.AddHours(1) };
        await Store.PutAsync(newer, Turn, default);
        AssertSame(newer, await Store.GetAsync("pypi", newer.Page.Project, default));
    }

    [Fact]
    public async Task Renew_keeps_the_page_and_takes_what_is_said_of_it()
    {
        var first = Some("requests", files: 3);
        await Store.PutAsync(first, Turn, default);
        await Store.RenewAsync(first with { FetchedAt = Noon.AddHours(1), ETag = "\"new\"" }, Turn, default);

        var read = await Store.GetAsync("pypi", first.Page.Project, default);

        AssertSame(first with { FetchedAt = Noon.AddHours(1), ETag = "\"new\"" }, read);
    }

    [Fact]
    public async Task Renew_without_a_stored_page_puts_it()
    {
        var snapshot = Some("requests");
        await Store.RenewAsync(snapshot, Turn, default);
        AssertSame(snapshot, await Store.GetAsync("pypi", snapshot.Page.Project, default));
    }

    [Fact]
    public async Task Pages_of_other_upstreams_and_projects_are_apart()
    {
        await Store.PutAsync(Some("requests"), Turn, default);
        Assert.Null(await Store.GetAsync("acme", ProjectName.Parse("requests"), default));
        Assert.Null(await Store.GetAsync("pypi", ProjectName.Parse("request"), default));
        Assert.Null(await Store.GetAsync("pypi", ProjectName.Parse("requests-x"), default));
    }

    [Fact]
    public async Task List_tells_every_page_and_remove_takes_one()
    {
        var longName = new string('a', 200) + "-b";
        foreach (var name in new[] { "requests", "flask", longName }) await Store.PutAsync(Some(name), Turn, default);
        await Store.PutAsync(Some("flask", upstream: "acme"), Turn, default);

        await Store.RemoveAsync("pypi", ProjectName.Parse("flask"), default);

        Assert.Equal(
            [("acme", "flask"), ("pypi", longName), ("pypi", "requests")],
            (await ListAsync()).Order());
        Assert.Null(await Store.GetAsync("pypi", ProjectName.Parse("flask"), default));
        Assert.NotNull(await Store.GetAsync("pypi", ProjectName.Parse(longName), default));
    }

    [Fact]
    public async Task Remove_what_is_not_there_does_nothing()
    {
        await Store.RemoveAsync("pypi", ProjectName.Parse("requests"), default);
        Assert.Empty(await ListAsync());
    }

    protected static PageSnapshot Some(string project, string upstream = "pypi", int files = 2)
    {
        var name = ProjectName.Parse(project);
        var page = new ProjectPage
        {
            Project = name,
            DisplayName = project,
            ApiVersion = new ApiVersion(1, 1),
            LastSerial = 42,
            Versions = [.. Enumerable.Range(1, files).Select(i => $"{i}.0")],
            Files = [.. Enumerable.Range(1, files).Select(File)],
        };
        return new PageSnapshot(upstream, page, "\"etag\"", null, Noon, null);

        ProjectFile File(int i)
        {
            var digest = Sha256Digest.Of([(byte)i]);
            return new ProjectFile
            {
                Filename = $"{project}-{i}.0.tar.gz",
                Url = new Uri($"https://files.example/{project}-{i}.0.tar.gz"),
                Hashes = new Dictionary<string, string> { ["sha256"] = digest.ToString() },
                Sha256 = digest,
                Size = 1000 + i,
            };
        }
    }

    protected static void AssertSame(PageSnapshot expected, PageSnapshot? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected with { Page = actual.Page }, actual);
        Assert.Equal(PageBytes.Snapshot(expected.Page), PageBytes.Snapshot(actual.Page));
    }

    private async Task<List<(string, string)>> ListAsync()
    {
        var pages = new List<(string, string)>();
        await foreach (var (upstream, project) in Store.ListAsync(default)) pages.Add((upstream, project.Value));
        return pages;
    }
}
