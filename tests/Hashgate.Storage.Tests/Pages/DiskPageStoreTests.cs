using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Storage.Pages;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Pages;

public sealed class DiskPageStoreTests : PageStoreContract, IDisposable
{
    private static readonly ProjectName Requests = ProjectName.Parse("requests");
    private readonly TemporaryDirectory _directory = new();

    public DiskPageStoreTests() => Store = new DiskPageStore(_directory.Path, PageLimits.Default, NullLogger<DiskPageStore>.Instance);

    protected override IPageStore Store { get; }

    [Fact]
    public async Task Renew_does_not_write_the_body_again()
    {
        await Store.PutAsync(Some("requests"), Turn, default);
        var body = One("*.page");
        var written = File.GetLastWriteTimeUtc(body);
        File.SetLastWriteTimeUtc(body, written.AddDays(-1));

        await Store.RenewAsync(Some("requests") with { FetchedAt = Noon.AddHours(1) }, Turn, default);

        Assert.Equal(written.AddDays(-1), File.GetLastWriteTimeUtc(One("*.page")));
        Assert.Equal(Noon.AddHours(1), (await Store.GetAsync("pypi", Requests, default))?.FetchedAt);
    }

    /// <summary>A start lists a hundred thousand of them.</summary>
    [Fact]
    public async Task List_reads_no_header()
    {
        await Store.PutAsync(Some("requests"), Turn, default);
        File.WriteAllText(One("*.head"), "");
        var listed = new List<(string, ProjectName)>();
        await foreach (var page in Store.ListAsync(default)) listed.Add(page);
        Assert.Equal([("pypi", Requests)], listed);
    }

    [Fact]
    public async Task List_header_that_lies_elsewhere_tells_of_itself()
    {
        await Store.PutAsync(Some("requests"), Turn, default);
        var elsewhere = Directory.CreateDirectory(Path.Combine(_directory.Path, "acme", "00")).FullName;
        File.Move(One("*.head"), Path.Combine(elsewhere, "requests.head"));
        var listed = new List<(string, ProjectName)>();
        await foreach (var page in Store.ListAsync(default)) listed.Add(page);
        Assert.Equal([("pypi", Requests)], listed);
    }

    [Theory]
    [InlineData("*.page")]
    [InlineData("*.head")]
    public async Task Snapshot_damaged_anywhere_reads_as_null_and_never_as_another_page(string pattern)
    {
        await Store.PutAsync(Some("requests"), Turn, default);
        var path = One(pattern);
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x20;
            File.WriteAllBytes(path, damaged);
            var read = await Store.GetAsync("pypi", Requests, default);
            Assert.True(read is null || read.Page.Files.Count == 2);
            File.WriteAllBytes(path, whole[..at]);
            Assert.Null(await Store.GetAsync("pypi", Requests, default));
        }
        File.WriteAllBytes(path, whole);
        Assert.NotNull(await Store.GetAsync("pypi", Requests, default));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Older_program_is_kept_from_pages_with_removed_files_alone(bool removed, int schema)
    {
        var snapshot = Some("requests");
        if (removed) snapshot = snapshot with { Page = snapshot.Page with { Removed = [new RemovedFile(snapshot.Page.Files[0], Noon)] } };
        await Store.PutAsync(snapshot, Turn, default);
        Assert.StartsWith($"{{\"Schema\":{schema},", File.ReadAllText(One("*.head")), StringComparison.Ordinal);
        Assert.NotNull(await Store.GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Header_without_its_body_is_null()
    {
        await Store.PutAsync(Some("requests"), Turn, default);
        File.Delete(One("*.page"));
        Assert.Null(await Store.GetAsync("pypi", Requests, default));
        await Store.RenewAsync(Some("requests"), Turn, default);
        Assert.NotNull(await Store.GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Body_written_before_a_crash_does_not_count()
    {
        var first = Some("requests", files: 1);
        await Store.PutAsync(first, Turn, default);
        var header = File.ReadAllBytes(One("*.head"));
        var body = One("*.page");
        var bytes = File.ReadAllBytes(body);
        await Store.PutAsync(Some("requests", files: 2), Turn, default);
        // As the disk was between the new body and the new header.
        File.WriteAllBytes(body, bytes);
        File.WriteAllBytes(One("*.head"), header);

        AssertSame(first, await Store.GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Put_clears_what_earlier_writes_left()
    {
        await Store.PutAsync(Some("requests", files: 1), Turn, default);
        File.WriteAllText(One("*.head") + ".7.new", "half");
        await Store.PutAsync(Some("requests", files: 2), Turn, default);
        Assert.Equal(2, Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Page_that_cannot_be_stored_is_no_error()
    {
        File.WriteAllText(Path.Combine(_directory.Path, "pypi"), "a file where a directory should be");
        await Store.PutAsync(Some("requests"), Turn, default);
        Assert.Null(await Store.GetAsync("pypi", Requests, default));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("PyPI")]
    public async Task Upstream_name_that_could_leave_the_directory_is_a_bug(string upstream) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.GetAsync(upstream, Requests, default));

    public void Dispose() => _directory.Dispose();

    private string One(string pattern) => Assert.Single(Directory.GetFiles(_directory.Path, pattern, SearchOption.AllDirectories));
}
