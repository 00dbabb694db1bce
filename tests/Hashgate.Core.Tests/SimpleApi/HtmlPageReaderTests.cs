using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class HtmlPageReaderTests
{
    private const string Wheel = "demo-1.0-py3-none-any.whl";

    private static ProjectFile File(string anchor) => Assert.Single(Pages.Html($"<!DOCTYPE html><html><body>{anchor}</body></html>").Files);

    [Fact]
    public void Link_with_every_attribute_reads_into_its_fields()
    {
        var file = File($"""
            <a href="/f/{Wheel}#sha256={Pages.Sha256}" data-requires-python="&gt;=3.8" data-yanked="bad &amp; ugly" data-gpg-sig="true"
               data-core-metadata="sha256={new string('b', 64)}" data-dist-info-metadata="false" data-provenance="https://index.example/p">{Wheel}</a>
            """);

        Assert.Equal((Wheel, $"https://index.example/f/{Wheel}"), (file.Filename, file.Url.AbsoluteUri));
        Assert.Equal(Sha256Digest.Parse(Pages.Sha256), file.Sha256);
        Assert.Equal((">=3.8", Yank.For("bad & ugly"), true), (file.RequiresPython, file.Yanked, file.GpgSig));
        Assert.Equal(Sha256Digest.Parse(new string('b', 64)), file.CoreMetadata?.Sha256);
        Assert.Equal(CoreMetadataKeys.CoreMetadata | CoreMetadataKeys.DataDistInfoMetadata, file.CoreMetadataKeys);
        Assert.Equal("https://index.example/p", file.Provenance!.AbsoluteUri);
        Assert.Null(file.Size);
    }

    [Fact]
    public void Metas_tell_version_status_and_reason_and_a_comment_the_serial()
    {
        var page = Pages.Html("""
            <!DOCTYPE html><META NAME="pypi:repository-version" CONTENT="1.4"><meta name="pypi:project-status" content="quarantined">
            <meta name="pypi:project-status-reason" content="haunted"><!--SERIAL 42-->
            """);

        Assert.Equal((new ApiVersion(1, 4), new ProjectStatus("quarantined", "haunted"), 42L), (page.ApiVersion, page.Status, page.LastSerial));
        Assert.Null(page.Versions);
    }

    [Fact]
    public void Page_without_version_is_the_oldest_and_one_of_another_major_fails()
    {
        Assert.Equal(ApiVersion.Oldest, Pages.Html("<p>").ApiVersion);
        Assert.Equal(PageErrorKind.UnsupportedVersion, Pages.HtmlError("<meta name=pypi:repository-version content=2.0>").Kind);
    }

    [Theory]
    [InlineData("<base href=\"https://cdn.example/p/\">", "x/demo-1.0.zip", "https://cdn.example/p/x/demo-1.0.zip")]
    [InlineData("<base href=\"/p/\"><base href=\"/q/\">", "demo-1.0.zip", "https://index.example/p/demo-1.0.zip")]
    [InlineData("<base href=\"javascript:0\">", "demo-1.0.zip", "https://index.example/simple/demo/demo-1.0.zip")]
    [InlineData("", "../../f/demo-1.0.zip", "https://index.example/f/demo-1.0.zip")]
    [InlineData("", " demo-1.0.zip\n", "https://index.example/simple/demo/demo-1.0.zip")]
    public void Link_is_resolved_against_the_base(string head, string href, string resolved)
    {
        Assert.Equal(resolved, Assert.Single(Pages.Html($"<a href=\"{href}\">x</a>{head}").Files).Url.AbsoluteUri);
    }

    [Theory]
    [InlineData("#sha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "sha256")]
    [InlineData("#sha256%3Daaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sha256")]
    [InlineData("#md5=00000000000000000000000000000000", "md5")]
    [InlineData("#egg=demo&amp;md5=00000000000000000000000000000000", "md5")]
    [InlineData("#md5=00", "")]
    [InlineData("#egg=abcdef", "")]
    [InlineData("#main", "")]
    [InlineData("#", "")]
    [InlineData("", "")]
    public void Fragment_gives_the_digests_it_names(string fragment, string algorithm) =>
        Assert.Equal(algorithm, string.Join(',', File($"<a href=\"/f/{Wheel}{fragment}\">x</a>").Hashes.Keys));

    [Theory]
    [InlineData("data-core-metadata=\"true\"", true)]
    [InlineData("data-core-metadata=\"false\"", false)]
    [InlineData("data-dist-info-metadata=\"true\"", true)]
    [InlineData("data-core-metadata=\"true\" data-dist-info-metadata=\"false\"", true)]
    [InlineData("data-core-metadata=\"false\" data-dist-info-metadata=\"true\"", false)]
    [InlineData("", false)]
    public void Core_metadata_is_taken_from_the_newer_attribute(string attributes, bool offered) =>
        Assert.Equal(offered, File($"<a href=\"/f/{Wheel}\" {attributes}>x</a>").CoreMetadata is not null);

    [Theory]
    [InlineData("data-yanked", true)]
    [InlineData("data-yanked=\"\"", true)]
    [InlineData("DATA-YANKED=\"why\"", true)]
    [InlineData("", false)]
    public void Yanked_attribute_marks_by_being_there(string attribute, bool yanked) =>
        Assert.Equal(yanked, File($"<A HREF=\"/f/{Wheel}\" {attribute}>x</A>").Yanked.IsYanked);

    [Theory]
    [InlineData("<a>demo-1.0.zip</a>")]
    [InlineData("<a href=\"\">demo-1.0.zip</a>")]
    [InlineData("<a href=\"..\">Parent Directory</a>")]
    [InlineData("<a href=\"/simple/\">demo-1.0.zip</a>")]
    [InlineData("<a href=\"?C=N;O=D\">Name</a>")]
    [InlineData("<a href=\"?f=demo-1.0.zip\">Name</a>")]
    [InlineData("<a href=\"#demo-1.0.zip\">Name</a>")]
    [InlineData("<a href=\"javascript:x.zip\">x</a>")]
    [InlineData("<a href=\"mailto:me@x.zip\">x</a>")]
    [InlineData("<a href=\"https://demo.example/docs\" rel=\"homepage\">home page</a>")]
    [InlineData("<script>document.write('<a href=\"demo-1.0.zip\">x</a>')</script>")]
    [InlineData("<title><a href=\"demo-1.0.zip\">x</a></title>")]
    [InlineData("<!-- <a href=\"demo-1.0.zip\">x</a> -->")]
    [InlineData("<p title='<a href=\"demo-1.0.zip\">x</a>'>")]
    public void Junk_is_passed_over_and_not_told(string html)
    {
        var page = Pages.Html(html);

        Assert.Empty(page.Files);
        Assert.Empty(page.Dropped);
    }

    [Theory]
    [InlineData("ftp://h.example/demo-1.0.zip")]
    [InlineData("https://me@h.example/demo-1.0.zip")]
    [InlineData("/f/x%2fdemo-1.0.zip")]
    [InlineData("/f/x%5cdemo-1.0.zip")]
    [InlineData("/f/demo%00-1.0.zip")]
    public void Link_that_can_be_no_file_is_dropped(string href)
    {
        var page = Pages.Html($"<a href=\"{href}\">demo-1.0.zip</a>");

        Assert.Empty(page.Files);
        Assert.Single(page.Dropped);
    }

    [Fact]
    public void Filename_is_the_links_and_not_the_text() =>
        Assert.Equal("demo-1.0+cpu.zip", File("<a href=\"cpu/demo-1.0%2Bcpu.zip\">anything</a>").Filename);

    [Fact]
    public void Links_left_open_are_read_each()
    {
        var page = Pages.Html("<a href=demo-1.0.zip>x<a href=demo-2.0.zip>y<br><a href=demo-3.0.zip");

        Assert.Equal(["demo-1.0.zip", "demo-2.0.zip"], page.Files.Select(file => file.Filename));
    }
}
