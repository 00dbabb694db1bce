using System.Text;
using Hashgate.Core.SimpleApi;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class SnapshotJsonTests
{
    private static ProjectPage RoundTrip(ProjectPage page) =>
        SnapshotJson.TryRead(PageBytes.Snapshot(page), page.Project, PageLimits.Default, out var again, out var error) ? again : throw new InvalidOperationException(error.ToString());

    [Theory]
    [InlineData("\"core-metadata\":false")]
    [InlineData("\"core-metadata\":true,\"data-dist-info-metadata\":true")]
    [InlineData("\"dist-info-metadata\":{\"sha256\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}")]
    [InlineData("\"yanked\":true,\"gpg-sig\":false,\"size\":0,\"upload-time\":\"2024-01-02T03:04:05.123456Z\"")]
    [InlineData("\"yanked\":\"\\u0000\\u202e\\\"<é\",\"requires-python\":\"\",\"provenance\":\"http://index.example/p?a=b\"")]
    [InlineData("\"x\":{\"n\":1e400,\"s\":\"\\u0000\"},\"tracks\":[1.50]")]
    public void File_of_any_shape_comes_back_as_it_was(string keys)
    {
        var page = Pages.Json(Pages.OneFile(keys));

        Assert.Equal(PageComparison.Describe(page), PageComparison.Describe(RoundTrip(page)));
    }

    [Fact]
    public void Page_with_status_serial_extras_and_dropped_entries_comes_back_as_it_was()
    {
        var page = Pages.Json("""
            {"meta":{"api-version":"1.7","_last-serial":9,"tracks":[]},"name":"DEMO","project-status":{"status":"new\u202e","reason":"why"},"versions":[],
             "alternate-locations":["x"],"namespaces":null,"files":[{"filename":"../x","url":"/x"},{"filename":"a","url":"ftp://x/a"}]}
            """);

        Assert.Equal(2, page.Dropped.Count);
        Assert.Equal(PageComparison.Describe(page), PageComparison.Describe(RoundTrip(page)));
    }

    [Fact]
    public void Removed_files_come_back_as_they_were()
    {
        var page = Pages.Json(Pages.OneFile("\"size\":3"));
        var removed = new RemovedFile(page.Files[0] with { Filename = "demo-0.9.tar.gz", Url = new Uri("https://index.example/f/demo-0.9.tar.gz") }, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(7));
        page = page with { Removed = [removed, removed with { Since = removed.Since.AddDays(1) }] };

        Assert.Equal(PageComparison.Describe(page), PageComparison.Describe(RoundTrip(page)));
    }

    [Fact]
    public void Page_read_from_html_is_served_as_it_would_have_been_before()
    {
        var page = Pages.Html("<meta name=pypi:repository-version content=1.1><a href=demo-1.0.zip>x</a>");

        Assert.Equal(PageBytes.Json(Served.AsIs(page)), PageBytes.Json(Served.AsIs(RoundTrip(page))));
        Assert.Null(RoundTrip(page).Versions);
    }

    [Fact]
    public void Upstream_cannot_speak_in_the_snapshots_own_key()
    {
        var page = Pages.Json("""{"_hashgate-dropped":[["a","b"]],"_hashgate-removed":[["2026-01-01T00:00:00Z",{"filename":"a","url":"/a"}]],"files":[]}""");

        Assert.Empty(page.Removed);
        Assert.Empty(page.Dropped);
        Assert.Empty(page.Extra);
    }

    [Fact]
    public void Damaged_snapshot_is_a_value_error()
    {
        var bytes = PageBytes.Snapshot(Pages.Json(Pages.OneFile()));

        Assert.False(SnapshotJson.TryRead(bytes.AsSpan(0, bytes.Length - 1), Pages.Demo, PageLimits.Default, out _, out var error));
        Assert.Equal(PageErrorKind.Malformed, error!.Kind);
        foreach (var keys in (string[])["\"_hashgate-dropped\":[1]", "\"_hashgate-removed\":[1]", "\"_hashgate-removed\":[[\"yesterday\",{}]]"])
            Assert.False(SnapshotJson.TryRead(Encoding.UTF8.GetBytes($"{{{keys},\"files\":[]}}"), Pages.Demo, PageLimits.Default, out _, out _));
    }
}
