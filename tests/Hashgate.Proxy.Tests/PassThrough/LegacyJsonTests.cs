using System.Text.Json.Nodes;
using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;
using Hashgate.Proxy.PassThrough;

namespace Hashgate.Proxy.Tests.PassThrough;

public sealed class LegacyJsonTests
{
    private static readonly Sha256Digest Recorded = Sha256Digest.Of("recorded"u8);

    /// <summary>Allows the files of these versions.</summary>
    public static LegacyView Allow(params string[] versions) => new(
        name => versions.Any(v => name.Contains($"-{v}-", StringComparison.Ordinal))
            ? new ServedFile(null, name, new ServedLink("../..", "packages/" + name), Recorded, Yank.For("old"), null, null)
            : null,
        file => "https://gate.example/packages/" + file.Filename,
        names => names.Order(StringComparer.Ordinal).Last());

    private static JsonObject Sample() => (JsonObject)JsonNode.Parse($$"""
        {
          "info": {"name": "Sample", "version": "2.0", "summary": "of 2.0"},
          "last_serial": 5,
          "releases": {"0.5": [], "1.0": [{{Entry("1.0", "aa")}}], "2.0": [{{Entry("2.0", "bb")}}]},
          "urls": [{{Entry("2.0", "bb")}}],
          "vulnerabilities": [{"id": "of 2.0"}]
        }
        """)!;

    private static string Entry(string version, string sha) => $$"""
        {"filename": "sample-{{version}}-py3-none-any.whl", "url": "https://files.example/x", "size": 3, "yanked": false, "yanked_reason": null,
         "md5_digest": "cc", "digests": {"sha256": "{{sha}}", "md5": "cc"} }
        """;

    [Fact]
    public void Project_with_its_newest_version_allowed_keeps_its_info()
    {
        var json = Sample();
        Assert.True(LegacyJson.TryRewriteProject(json, Allow("1.0", "2.0"), out var infoOf));
        Assert.Null(infoOf);
        Assert.Equal("of 2.0", json["info"]!["summary"]!.ToString());
        Assert.Equal(["1.0", "2.0"], json["releases"]!.AsObject().Select(r => r.Key));
        Assert.Equal(5, (int)json["last_serial"]!);
        Assert.Single(json["vulnerabilities"]!.AsArray());
    }

    [Fact]
    public void Project_with_its_newest_version_refused_tells_of_the_newest_allowed_and_nothing_of_the_other()
    {
        var json = Sample();
        Assert.True(LegacyJson.TryRewriteProject(json, Allow("1.0"), out var infoOf));
        Assert.Equal("1.0", infoOf);
        Assert.DoesNotContain("2.0", json.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("sample-1.0-py3-none-any.whl", json["urls"]![0]!["filename"]!.ToString());

        LegacyJson.TakeInfo(json, new JsonObject { ["info"] = new JsonObject { ["version"] = "3.0", ["summary"] = "another" } }, "1.0");
        Assert.Null(json["info"]!["summary"]);
        LegacyJson.TakeInfo(json, new JsonObject { ["info"] = new JsonObject { ["version"] = "1.0", ["summary"] = "of 1.0" } }, "1.0");
        Assert.Equal("of 1.0", json["info"]!["summary"]!.ToString());
    }

    [Fact]
    public void File_carries_our_link_the_recorded_digest_alone_and_the_yank_of_the_page()
    {
        var json = Sample();
        LegacyJson.TryRewriteProject(json, Allow("2.0"), out _);
        var file = json["releases"]!["2.0"]![0]!.AsObject();
        Assert.Equal("https://gate.example/packages/sample-2.0-py3-none-any.whl", file["url"]!.ToString());
        Assert.Equal([KeyValuePair.Create("sha256", Recorded.ToString())], file["digests"]!.AsObject().Select(d => KeyValuePair.Create(d.Key, d.Value!.ToString())));
        Assert.False(file.ContainsKey("md5_digest"));
        Assert.True((bool)file["yanked"]!);
        Assert.Equal("old", file["yanked_reason"]!.ToString());
        Assert.Equal(3, (int)file["size"]!);
    }

    [Fact]
    public void File_whose_digest_is_the_recorded_one_keeps_the_others()
    {
        var json = (JsonObject)JsonNode.Parse(Sample().ToJsonString().Replace("\"bb\"", $"\"{Recorded}\"", StringComparison.Ordinal))!;
        LegacyJson.TryRewriteProject(json, Allow("2.0"), out _);
        Assert.Equal("cc", json["urls"]![0]!["digests"]!["md5"]!.ToString());
    }

    [Fact]
    public void Project_with_nothing_allowed_is_not_told() =>
        Assert.False(LegacyJson.TryRewriteProject(Sample(), Allow(), out _));

    [Fact]
    public void Version_keeps_its_allowed_files_and_no_releases()
    {
        var json = Sample();
        Assert.True(LegacyJson.TryRewriteVersion(json, Allow("2.0")));
        Assert.False(json.ContainsKey("releases"));
        Assert.Single(json["urls"]!.AsArray());
        Assert.False(LegacyJson.TryRewriteVersion(Sample(), Allow("1.0")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"info": 1, "releases": {}, "urls": 2}""")]
    [InlineData("""{"info": {}, "releases": [], "urls": {}}""")]
    [InlineData("""{"info": {"version": {}}, "releases": {"1": 5, "2": [1, {"filename": 3}, {}]}, "urls": [null]}""")]
    public void Json_of_another_shape_is_not_told(string text)
    {
        Assert.False(LegacyJson.TryRewriteProject((JsonObject)JsonNode.Parse(text)!, Allow("1"), out _));
        Assert.False(LegacyJson.TryRewriteVersion((JsonObject)JsonNode.Parse(text)!, Allow("1")));
    }
}
