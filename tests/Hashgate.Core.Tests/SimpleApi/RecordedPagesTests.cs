using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class RecordedPagesTests
{
    [Fact]
    public void Every_recorded_page_reads_without_error()
    {
        var files = RecordedPages.All.Sum(path => RecordedPages.Read(path).Files.Count);

        Assert.True(RecordedPages.All.Count >= 20, $"only {RecordedPages.All.Count} pages in {RecordedPages.Folder}");
        Assert.True(files >= 100, $"only {files} files in {RecordedPages.Folder}");
    }

    [Fact]
    public void Every_recorded_page_gives_every_file_its_name_and_an_absolute_url()
    {
        foreach (var file in RecordedPages.All.SelectMany(path => RecordedPages.Read(path).Files))
        {
            Assert.True(file.Url.ToUri() is { IsAbsoluteUri: true, Fragment: "" }, file.Filename);
            Assert.Equal(file.Filename, Uri.UnescapeDataString(file.Url.ToUri().Segments[^1]));
        }
    }

    [Fact]
    public void Recorded_html_and_json_of_one_project_agree_file_by_file()
    {
        Assert.True(RecordedPages.Pairs.Count >= 2, $"only {RecordedPages.Pairs.Count} pairs in {RecordedPages.Folder}");
        foreach (var path in RecordedPages.Pairs)
        {
            var (json, html) = (RecordedPages.Read(path), RecordedPages.Read(RecordedPages.Twin(path)));

            Assert.Equal(json.Files.Select(Common), html.Files.Select(Common));
            Assert.Equal((json.ApiVersion, json.Status), (html.ApiVersion, html.Status));
            Assert.True(html.LastSerial is null || json.LastSerial == html.LastSerial, path);
        }

        static string Common(ProjectFile file) =>
            $"{file.Filename} {file.Url} {file.Sha256} '{file.RequiresPython}' {file.Yanked} {file.CoreMetadata}";
    }

    [Fact]
    public void Every_recorded_page_survives_its_snapshot_unchanged()
    {
        foreach (var path in RecordedPages.All)
        {
            var page = RecordedPages.Read(path);

            var read = SnapshotJson.TryRead(PageBytes.Snapshot(page), page.Project, PageLimits.Default, out var again, out var error);

            Assert.True(read, $"{path}: {error}");
            Assert.Equal(PageComparison.Describe(page), PageComparison.Describe(again!));
            // A replica that read the page and one that took the other's snapshot send the same bytes under the same ETag.
            Assert.Equal(PageBytes.Json(Served.AsIs(page)), PageBytes.Json(Served.AsIs(again!)));
            Assert.Equal(PageBytes.Html(Served.AsIs(page)), PageBytes.Html(Served.AsIs(again!)));
        }
    }

    [Fact]
    public void Every_recorded_page_served_in_either_form_reads_back_as_the_same_files()
    {
        foreach (var path in RecordedPages.All)
        {
            var page = RecordedPages.Read(path);
            var served = Served.AsIs(page);

            var readJson = JsonPageReader.TryRead(PageBytes.Json(served), page.Project, RecordedPages.PageUrl, PageLimits.Default, out var json, out _);
            var readHtml = HtmlPageReader.TryRead(PageBytes.Html(served), page.Project, RecordedPages.PageUrl, PageLimits.Default, out var html, out _);

            Assert.True(readJson && readHtml, path);
            Assert.Equal(served.Files.Select(Claim), json!.Files.Select(Told));
            Assert.Equal(served.Files.Select(Claim), html!.Files.Select(Told).ToList());
            Assert.Equal(page.LastSerial, json.LastSerial);
            Assert.Equal(page.Status.Status, json.Status.Status);
        }

        static (string, Sha256Digest?, Yank, Sha256Digest?) Claim(ServedFile file) => (file.Filename, file.Sha256, file.Yanked, file.CoreMetadata);
        static (string, Sha256Digest?, Yank, Sha256Digest?) Told(ProjectFile file) => (file.Filename, file.Sha256, file.Yanked, file.CoreMetadata?.Sha256);
    }

    [Fact]
    public void Recorded_template_with_holes_is_a_value_error()
    {
        var read = JsonPageReader.TryRead(
            Encoding.UTF8.GetBytes("""{"files": [{{ files }}]}"""), ProjectName.Parse("x"), RecordedPages.PageUrl, PageLimits.Default, out _, out var error);

        Assert.False(read);
        Assert.Equal(PageErrorKind.Malformed, error!.Kind);
    }
}
