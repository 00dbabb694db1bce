using System.Text;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class PageWriterTests
{
    private static readonly Sha256Digest Recorded = Sha256Digest.Parse(new string('c', 64));

    private static string Text(ServedPage page) => Encoding.UTF8.GetString(PageBytes.Json(page));
    private static JsonElement Json(ServedPage page) => JsonElement.Parse(PageBytes.Json(page));
    private static JsonElement JsonOfFile(string keys) => Json(Served.AsIs(Pages.Json(Pages.OneFile(keys)))).GetProperty("files")[0];
    private static string Html(ServedPage page) => Encoding.UTF8.GetString(PageBytes.Html(page));
    private static string Version(string json) => Json(Served.AsIs(Pages.Json(json))).GetProperty("meta").GetProperty("api-version").GetString()!;

    [Fact]
    public void Json_of_a_whole_page_is_shaped_as_pypi_shapes_it()
    {
        var page = Pages.Json(Pages.OneFile(
            "\"core-metadata\":false,\"data-dist-info-metadata\":false,\"provenance\":null,\"requires-python\":null,\"size\":5,\"upload-time\":\"2024-01-02T03:04:05Z\",\"yanked\":false"));

        Assert.Equal(
            """{"meta":{"api-version":"1.4"},"name":"demo","project-status":{"status":"active"},"versions":["1.0"],"files":[{"core-metadata":false,"data-dist-info-metadata":false,"filename":"demo-1.0.tar.gz","hashes":{"sha256":"SHA"},"provenance":null,"requires-python":null,"size":5,"upload-time":"2024-01-02T03:04:05.000000Z","url":"../../packages/aa/demo-1.0.tar.gz","yanked":false}]}""".Replace("SHA", Pages.Sha256, StringComparison.Ordinal),
            Text(Served.AsIs(page)));
    }

    [Theory]
    [InlineData("1.0", "1.0")]
    [InlineData("1.1", "1.1")]
    [InlineData("1.4", "1.4")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.9", "1.5")]
    public void Json_version_is_capped_at_upstreams_and_at_ours(string upstream, string served) =>
        Assert.Equal(served, Version(Pages.OneFile("\"size\":1", $$"""
            "meta":{"api-version":"{{upstream}}"},"versions":["1.0"]
            """)));

    [Fact]
    public void Json_version_of_a_page_without_size_or_versions_is_the_oldest()
    {
        Assert.Equal("1.0", Version(Pages.OneFile()));
        Assert.Equal("1.0", Version(Pages.OneFile("\"size\":1", "\"meta\":{\"api-version\":\"1.4\"}")));
        var html = Pages.Html("<meta name=pypi:repository-version content=1.4><a href=demo-1.0.zip>demo-1.0.zip</a>");
        Assert.Equal("1.0", Json(Served.AsIs(html)).GetProperty("meta").GetProperty("api-version").GetString());
        Assert.Contains("pypi:repository-version\" content=\"1.4\"", Html(Served.AsIs(html)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.0", "1.0")]
    [InlineData("1.4", "1.4")]
    [InlineData("1.5", "1.4")]
    public void Html_version_is_capped_at_upstreams_and_frozen(string upstream, string served) =>
        Assert.Contains(
            $"<meta name=\"pypi:repository-version\" content=\"{served}\">",
            Html(Served.AsIs(Pages.Json($$"""{"meta":{"api-version":"{{upstream}}"},"files":[]}"""))),
            StringComparison.Ordinal);

    [Fact]
    public void Json_keeps_unknown_keys_and_never_passes_on_those_that_lead_elsewhere()
    {
        var text = Text(Served.AsIs(Pages.Json("""
            {"meta":{"api-version":"1.4","_last-serial":7,"tracks":["https://evil.example/"],"m":1,"namespaces":{}},"alternate-locations":["https://evil.example/"],
             "namespaces":{"x":1},"t":{"k":[true,null,"\u00e9"]},"files":[{"filename":"a-1.zip","url":"/a-1.zip","f":"x","tracks":"https://evil.example/"}]}
            """)));

        Assert.Contains("\"_last-serial\":7", text, StringComparison.Ordinal);
        Assert.Contains("\"m\":1", text, StringComparison.Ordinal);
        Assert.Contains("""{"k":[true,null,"\u00E9"]}""", text, StringComparison.Ordinal);
        Assert.Contains("\"f\":\"x\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", text, StringComparison.Ordinal);
        Assert.DoesNotContain("namespaces", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_passes_namespaces_on_under_the_version_that_has_them() =>
        Assert.Contains(
            "\"namespaces\":{\"x\":1}",
            Text(Served.AsIs(Pages.Json("""{"meta":{"api-version":"1.5"},"versions":[],"namespaces":{"x":1},"files":[]}"""))),
            StringComparison.Ordinal);

    [Fact]
    public void Json_never_has_the_key_that_crashes_pip()
    {
        var file = JsonOfFile($$"""
            "dist-info-metadata":{"sha256":"{{Pages.Sha256}}"}
            """);

        Assert.False(file.TryGetProperty("dist-info-metadata", out _));
        Assert.False(file.TryGetProperty("data-dist-info-metadata", out _));
        Assert.Equal(Pages.Sha256, file.GetProperty("core-metadata").GetProperty("sha256").GetString());
    }

    [Fact]
    public void Signature_files_are_not_promised_since_none_are_served()
    {
        var served = Served.AsIs(Pages.Json(Pages.OneFile("\"gpg-sig\":true")));

        Assert.DoesNotContain("gpg-sig", Text(served), StringComparison.Ordinal);
        Assert.DoesNotContain("gpg-sig", Html(served), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_invents_no_core_metadata_key()
    {
        var file = JsonOfFile("");

        Assert.False(file.TryGetProperty("core-metadata", out _));
        Assert.False(file.TryGetProperty("data-dist-info-metadata", out _));
    }

    [Fact]
    public void Core_metadata_that_proves_nothing_is_not_advertised() =>
        Assert.False(JsonOfFile("\"core-metadata\":true").GetProperty("core-metadata").GetBoolean());

    [Fact]
    public void Hashes_of_an_unchanged_file_keep_upstreams_others_and_of_a_changed_one_only_the_recorded()
    {
        var page = Pages.Json($$"""{"files":[{"filename":"a-1.zip","url":"/a-1.zip","hashes":{"sha256":"{{Pages.Sha256}}","md5":"00000000000000000000000000000000"} }]}""");
        var file = Served.AsIs(page.Files[0]);

        Assert.Contains("\"md5\"", Text(new ServedPage(page, [file])), StringComparison.Ordinal);
        var changed = Text(new ServedPage(page, [file with { Sha256 = Recorded }]));
        Assert.Contains($$"""
            "hashes":{"sha256":"{{Recorded}}"}
            """, changed, StringComparison.Ordinal);
        Assert.DoesNotContain(Pages.Sha256, changed, StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_digest_goes_out_where_upstream_tells_none_and_hashes_are_there_even_if_empty()
    {
        var page = Pages.Json(Pages.Entry("a-1.zip", "/a-1.zip"));
        var file = Served.AsIs(page.Files[0]);

        Assert.Contains("\"hashes\":{}", Text(new ServedPage(page, [file])), StringComparison.Ordinal);
        Assert.Contains($"#sha256={Recorded}\"", Html(new ServedPage(page, [file with { Sha256 = Recorded }])), StringComparison.Ordinal);
    }

    [Fact]
    public void Html_link_of_an_md5_only_file_keeps_its_md5()
    {
        var page = Pages.Html("<a href=\"demo-1.0.zip#md5=00000000000000000000000000000000\">x</a>");

        Assert.Contains("demo-1.0.zip#md5=00000000000000000000000000000000\"", Html(Served.AsIs(page)), StringComparison.Ordinal);
    }

    [Fact]
    public void Stub_of_a_page_without_files_stands_in_both_forms()
    {
        var page = Pages.Json("""{"meta":{"api-version":"1.4"},"versions":["1.0"],"project-status":{"status":"quarantined"},"files":[]}""");
        var served = new ServedPage(page, [new ServedFile(null, "demo-0+x-py2.py3-none-any.whl", new ServedLink("", "files/hashgate/demo-0+x-py2.py3-none-any.whl"), null, Yank.No, null, null)]);

        var json = Json(served);
        Assert.Equal("1.0", json.GetProperty("meta").GetProperty("api-version").GetString());
        Assert.False(json.TryGetProperty("versions", out _));
        Assert.Equal("quarantined", json.GetProperty("project-status").GetProperty("status").GetString());
        Assert.Contains(">demo-0+x-py2.py3-none-any.whl</a>", Html(served), StringComparison.Ordinal);
    }

    [Fact]
    public void Html_of_a_whole_page_is_html5_with_every_attribute()
    {
        var page = Pages.Json(Pages.OneFile($$"""
            "core-metadata":{"sha256":"{{Pages.Sha256}}"},"requires-python":">=3.8","yanked":true,"provenance":"https://index.example/p"
            """));

        Assert.Equal(
            """
            <!DOCTYPE html>
            <html lang="en">
              <head>
                <meta charset="utf-8">
                <meta name="pypi:repository-version" content="1.4">
                <meta name="pypi:project-status" content="active">
                <title>Links for demo</title>
              </head>
              <body>
                <h1>Links for demo</h1>
                <a href="../../packages/aa/demo-1.0.tar.gz#sha256=SHA" data-requires-python="&gt;=3.8" data-core-metadata="sha256=SHA" data-dist-info-metadata="sha256=SHA" data-yanked="" data-provenance="https://index.example/p">demo-1.0.tar.gz</a><br>
              </body>
            </html>

            """.Replace("SHA", Pages.Sha256, StringComparison.Ordinal).ReplaceLineEndings("\n"),
            Html(Served.AsIs(page)));
    }

    [Fact]
    public void Hostile_text_is_escaped_and_stripped_of_what_terminals_obey()
    {
        var page = Pages.Json(Pages.OneFile("\"yanked\":\"\\\"><script>'&\\u0000\\u001b[31m\\u202e\\u0085\\n\\u2028x \\ud83d\\udc7b\""));
        var served = Served.AsIs(page);

        Assert.Contains("data-yanked=\"&quot;&gt;&lt;script&gt;&#39;&amp;[31m x 👻\"", Html(served), StringComparison.Ordinal);
        var text = Text(served);
        Assert.True(Ascii.IsValid(text));
        Assert.DoesNotContain('<', text);
        Assert.Equal("\"><script>'&[31m x 👻", Json(served).GetProperty("files")[0].GetProperty("yanked").GetString());
    }

    [Fact]
    public void Refusals_phrase_yanks_in_both_forms()
    {
        var page = Pages.Json(Pages.OneFile());
        var served = new ServedPage(page, [Served.AsIs(page.Files[0]) with { Yanked = Yank.For("Blocked by Hashgate: malware") }]);

        Assert.Contains("\"yanked\":\"Blocked by Hashgate: malware\"", Text(served), StringComparison.Ordinal);
        Assert.Contains("data-yanked=\"Blocked by Hashgate: malware\"", Html(served), StringComparison.Ordinal);
    }
}
