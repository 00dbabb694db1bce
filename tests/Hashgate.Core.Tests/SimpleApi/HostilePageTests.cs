using System.Text;
using Hashgate.Core.SimpleApi;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.SimpleApi;

/// <summary>Pages that someone made to hurt: every one is a page or a value that says why not, in both readers and what follows them.</summary>
public sealed class HostilePageTests
{
    private const int Million = 1_000_000;

    private static readonly Dictionary<string, string> Texts = new()
    {
        ["nested arrays"] = new string('[', Million),
        ["nested arrays in an unknown key"] = "{\"files\":[],\"x\":" + new string('[', Million) + new string(']', Million) + "}",
        ["nested objects"] = string.Concat(Enumerable.Repeat("{\"a\":", Million / 5)),
        ["lone surrogate in a known key"] = "{\"files\":[],\"name\":\"\\ud800\"}",
        ["lone surrogate in an unknown key"] = "{\"files\":[],\"x\":{\"y\":[\"\\udc00\"]}}",
        ["lone surrogate in a key"] = "{\"files\":[],\"\\ud800\":1}",
        ["lone surrogate in a key further in"] = "{\"files\":[],\"x\":{\"\\ud800\":1}}",
        ["lone surrogate in a yank"] = Pages.OneFile("\"yanked\":\"\\ud800\""),
        ["controls everywhere"] = Pages.OneFile("\"yanked\":\"\\u0000\\u001b]0;x\\u0007\",\"requires-python\":\"\\u0000\",\"\\u0000\":\"\\u0000\""),
        ["bidi"] = Pages.OneFile("\"yanked\":\"\\u202e\\u2066\",\"\\u202e\":1"),
        ["megabyte of reason"] = Pages.OneFile("\"yanked\":\"" + new string('x', Million) + "\""),
        ["megabyte of filename"] = Pages.Entry(new string('x', Million), "/x"),
        ["megabyte of url"] = Pages.Entry("x", "/" + new string('x', Million)),
        ["megabyte of key"] = "{\"files\":[],\"" + new string('x', Million) + "\":1}",
        ["megabyte in an unknown key"] = "{\"files\":[],\"x\":\"" + new string('x', Million) + "\"}",
        ["megabyte of number"] = "{\"files\":[],\"x\":" + new string('9', Million) + "}",
        ["megabyte of size"] = Pages.OneFile("\"size\":" + new string('9', Million)),
        ["megabyte of version"] = "{\"meta\":{\"api-version\":\"1." + new string('9', Million) + "\"},\"files\":[]}",
        ["a hundred thousand keys"] = "{\"files\":[]" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $",\"k{i}\":{i}")) + "}",
        ["sixty thousand files"] = "{\"files\":[" + string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"{{\"filename\":\"a-{i}.zip\",\"url\":\"/a-{i}.zip\",\"hashes\":{{}}}}")) + "]}",
        ["escapes"] = "{\"files\":[],\"x\":\"" + string.Concat(Enumerable.Repeat("\\u0041", Million / 6)) + "\"}",
        ["nested elements"] = string.Concat(Enumerable.Repeat("<div>", Million / 5)),
        ["nested links"] = string.Concat(Enumerable.Repeat("<a href=x.zip>", Million / 14)),
        ["nested tables"] = string.Concat(Enumerable.Repeat("<table><tr><td>", Million / 15)),
        ["one tag of many attributes"] = "<a " + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"a{i}=1 ")) + "href=x.zip>x</a>",
        ["one attribute many times"] = "<a " + string.Concat(Enumerable.Repeat("href=x.zip ", Million / 11)) + ">x</a>",
        ["open tag"] = "<a href=\"" + new string('x', Million),
        ["open comment"] = "<!--" + new string('-', Million),
        ["open tags"] = new string('<', Million),
        ["entities"] = string.Concat(Enumerable.Repeat("&", Million)),
        ["hostile references"] = "<a href=\"x.zip\" data-yanked=\"&#0;&#xD800;&#x1F;&#x110000;&#x202e;\">x</a>",
        ["script that never ends"] = "<script>" + string.Concat(Enumerable.Repeat("</scrip <!--<script ", Million / 20)),
        ["many bases"] = string.Concat(Enumerable.Repeat("<base href=//x:y>", Million / 17)) + "<a href=x.zip>",
        ["doctype"] = "<!DOCTYPE html PUBLIC \"" + new string('x', Million),
        ["NULs"] = new string('\0', Million),
        ["sixty thousand links"] = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"<a href=a-{i}.zip>a</a>")),
        ["megabyte of dots"] = "<a href=\"" + string.Concat(Enumerable.Repeat("../", 1300)) + "x.zip\">x</a>",
        ["megabyte of a dropped link's text"] = "<a href=\"ftp://x.example/x.zip\">" + string.Concat(Enumerable.Repeat("\ud83d\udc7b", Million / 4)) + "</a>",
        ["long key twice"] = "{\"files\":[],\"" + new string('x', 10_000) + "\":1,\"" + new string('x', 10_000) + "\":1}",
        ["hostile key twice"] = "{\"files\":[],\"\\u001b\":1,\"\\u001b\":1}",
        ["nothing"] = "",
    };

    public static TheoryData<string> Names => new(Texts.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_page_is_a_page_or_a_value_error(string what) => Check(what, Encoding.UTF8.GetBytes(Texts[what]));

    [Fact]
    public void Page_that_is_no_utf8_is_a_page_or_a_value_error()
    {
        Check("half a sequence", [.. "{\"files\":[],\"name\":\""u8, 0xC3, (byte)'"', (byte)'}']);
        Check("half a sequence in an unknown key", [.. "{\"files\":[],\"x\":\""u8, 0xFF, (byte)'"', (byte)'}']);
        Check("utf-16", Encoding.Unicode.GetBytes("{\"files\":[]}"));
        Check("every byte", [.. Enumerable.Range(0, Million).Select(i => (byte)i)]);
    }

    [Fact]
    public void Truncated_page_is_never_a_shorter_page()
    {
        var whole = Encoding.UTF8.GetBytes(Pages.OneFile("\"size\":1,\"x\":[{}]"));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(JsonPageReader.TryRead(whole.AsSpan(0, length), Pages.Demo, Pages.Url, PageLimits.Default, out _, out _));
        }
    }

    [Theory]
    [InlineData("{\"files\":[{\"filename\":\"a-1.zip\",\"url\":\"/a-1.zip\"},{\"filename\":\"\",\"url\":\"\"},{}]}")]
    [InlineData("{\"files\":[],\"versions\":[\"1\",\"2\",\"3\"]}")]
    [InlineData("{\"files\":[],\"x\":[[[[[[[[[]]]]]]]]]}")]
    [InlineData("{\"files\":[],\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}")]
    public void Json_over_any_limit_is_refused(string json) =>
        Assert.NotNull(Pages.JsonError(json, new PageLimits { MaxFiles = 2, MaxJsonDepth = 8, MaxFieldLength = 64 }));

    [Fact]
    public void Page_over_the_limits_says_it_is_too_large()
    {
        Assert.Equal(PageErrorKind.TooLarge, Pages.JsonError("{\"files\":[]}   ", new PageLimits { MaxBytes = 12 }).Kind);
        Assert.Equal(PageErrorKind.TooLarge, Pages.HtmlError("<!DOCTYPE html>", new PageLimits { MaxBytes = 12 }).Kind);
        Assert.Equal(PageErrorKind.TooLarge, Pages.HtmlError("<a href=a.zip></a><a href=b.zip></a>", new PageLimits { MaxFiles = 1 }).Kind);
        Assert.Equal(PageErrorKind.TooLarge, Pages.HtmlError("<meta name=pypi:project-status content=xxxxxxxxx>", new PageLimits { MaxFieldLength = 8 }).Kind);
    }

    [Fact]
    public void Long_reason_is_cut_and_costs_nothing_else()
    {
        var reason = string.Concat(new string('x', 999), "\ud83d\udc7b", new string('y', 100_000));
        var status = ",\"project-status\":{\"status\":\"archived\",\"reason\":\"" + reason + "\"}";
        var json = Pages.Json(Pages.OneFile("\"yanked\":\"" + reason + "\"", "\"meta\":{\"api-version\":\"1.4\"}" + status));
        var html = Pages.Html($"<meta name=pypi:project-status content=archived><meta name=pypi:project-status-reason content='{reason}'><a href=demo-1.0.tar.gz data-yanked='{reason}'>x</a>");
        foreach (var page in (ProjectPage[])[json, html])
        {
            Assert.Equal(Yank.For(new string('x', 999)), Assert.Single(page.Files).Yanked);
            Assert.Equal(new ProjectStatus("archived", new string('x', 999)), page.Status);
        }
    }

    [Theory]
    [InlineData("requires-python")]
    [InlineData("upload-time")]
    [InlineData("provenance")]
    public void File_with_a_long_text_is_left_out_alone(string key)
    {
        var page = Pages.Json($$"""
            {"files":[{"filename":"demo-1.0.tar.gz","url":"/f/demo-1.0.tar.gz","{{key}}":"{{new string('x', 100_000)}}","hashes":{} },
                      {"filename":"demo-2.0.tar.gz","url":"/f/demo-2.0.tar.gz","hashes":{} }]}
            """);
        Assert.Equal("demo-2.0.tar.gz", Assert.Single(page.Files).Filename);
        Assert.Equal(new DroppedFile("demo-1.0.tar.gz", $"its {key} is longer than 16384 bytes"), Assert.Single(page.Dropped));
    }

    [Fact]
    public void Link_with_a_long_text_is_left_out_alone()
    {
        var page = Pages.Html($"<a href=demo-1.0.tar.gz data-requires-python='{new string('x', 100_000)}'>x</a><a href=demo-2.0.tar.gz>x</a>");
        Assert.Equal("demo-2.0.tar.gz", Assert.Single(page.Files).Filename);
        Assert.Equal("its data-requires-python is longer than 16384 bytes", Assert.Single(page.Dropped).Reason);
    }

    private static void Check(string what, byte[] bytes)
    {
        if (JsonPageReader.TryRead(bytes, Pages.Demo, Pages.Url, PageLimits.Default, out var json, out var error)) CheckWriters(what, json);
        else CheckMessage(what, error);
        if (HtmlPageReader.TryRead(bytes, Pages.Demo, Pages.Url, PageLimits.Default, out var html, out error)) CheckWriters(what, html);
        else CheckMessage(what, error);
        Assert.True(ProjectListReader.TryReadJson(bytes, PageLimits.Default, out _, out error) || CheckMessage(what, error));
        Assert.True(ProjectListReader.TryReadHtml(bytes, PageLimits.Default, out _, out error) || CheckMessage(what, error));
    }

    private static bool CheckMessage(string what, PageError error)
    {
        Assert.True(error.Message.Length < 300 && error.Message.All(c => c is >= ' ' and <= '~'), $"{what}: {error.Message}");
        return true;
    }

    /// <summary>What was read can be written, read again, and kept.</summary>
    private static void CheckWriters(string what, ProjectPage page)
    {
        var served = Served.AsIs(page);
        Assert.True(JsonPageReader.TryRead(PageBytes.Json(served), page.Project, Pages.Url, PageLimits.Default, out _, out var error), $"{what}: {error}");
        Assert.True(HtmlPageReader.TryRead(PageBytes.Html(served), page.Project, Pages.Url, PageLimits.Default, out var html, out error), $"{what}: {error}");
        Assert.Equal(page.Files.Count, html.Files.Count);
        Assert.True(SnapshotJson.TryRead(PageBytes.Snapshot(page), page.Project, PageLimits.Default, out var again, out error), $"{what}: {error}");
        Assert.Equal(PageComparison.Describe(page), PageComparison.Describe(again));
    }
}
