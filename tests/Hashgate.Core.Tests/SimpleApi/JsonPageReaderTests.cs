using Hashgate.Core.Packaging;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Tests.SimpleApi;

public sealed class JsonPageReaderTests
{
    [Fact]
    public void Page_of_every_known_key_reads_into_its_fields()
    {
        var page = Pages.Json("""
            {"meta":{"_last-serial":26356948,"api-version":"1.4","mirror":"m"},"name":"Demo","alternate-locations":[],
             "project-status":{"status":"archived","reason":"done"},"versions":["1.0","2.0"],
             "files":[{"core-metadata":{"sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},
               "data-dist-info-metadata":{"sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},
               "filename":"demo-1.0-py3-none-any.whl","hashes":{"SHA256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","md5":"00000000000000000000000000000000"},
               "provenance":"https://index.example/integrity/demo/1.0/demo-1.0-py3-none-any.whl/provenance","requires-python":">=3.8","size":123,
               "upload-time":"2024-12-04T17:35:28.174320Z","url":"../../f/demo-1.0-py3-none-any.whl#sha256=00","yanked":"broken","gpg-sig":true,"note":{"a":[1]}}]}
            """);

        Assert.Equal(("Demo", new ApiVersion(1, 4), 26356948L), (page.DisplayName, page.ApiVersion, page.LastSerial));
        Assert.Equal(new ProjectStatus("archived", "done"), page.Status);
        Assert.Equal(["1.0", "2.0"], page.Versions);
        Assert.Equal(("alternate-locations", "mirror"), (Assert.Single(page.Extra).Key, Assert.Single(page.ExtraMeta).Key));
        var file = Assert.Single(page.Files);
        Assert.Equal("https://index.example/f/demo-1.0-py3-none-any.whl", file.Url.AbsoluteUri);
        Assert.Equal((Pages.Sha256, "00000000000000000000000000000000"), (file.Hashes["sha256"], file.Hashes["md5"]));
        Assert.Equal(Sha256Digest.Parse(Pages.Sha256), file.Sha256);
        Assert.Equal((123L, ">=3.8", true), (file.Size, file.RequiresPython, file.GpgSig));
        Assert.Equal(new DateTimeOffset(2024, 12, 4, 17, 35, 28, TimeSpan.Zero).AddMicroseconds(174320), file.UploadTime);
        Assert.Equal(Yank.For("broken"), file.Yanked);
        Assert.Equal(Sha256Digest.Parse(new string('b', 64)), file.CoreMetadata?.Sha256);
        Assert.Equal(CoreMetadataKeys.CoreMetadata | CoreMetadataKeys.DataDistInfoMetadata, file.CoreMetadataKeys);
        Assert.EndsWith("/provenance", file.Provenance!.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("{\"a\":[1]}", file.Extra["note"].GetRawText());
    }

    [Theory]
    [InlineData("{\"files\":[]}", "1.0")]
    [InlineData("{\"meta\":{},\"files\":[]}", "1.0")]
    [InlineData("{\"meta\":null,\"files\":[]}", "1.0")]
    [InlineData("{\"meta\":{\"api-version\":\"1.99\"},\"files\":[]}", "1.99")]
    public void Api_version_of_any_minor_is_read_and_none_is_the_oldest(string json, string version) =>
        Assert.Equal(version, Pages.Json(json).ApiVersion.ToString());

    [Theory]
    [InlineData("\"2.0\"", PageErrorKind.UnsupportedVersion)]
    [InlineData("\"0.9\"", PageErrorKind.UnsupportedVersion)]
    [InlineData("\"1\"", PageErrorKind.Malformed)]
    [InlineData("\"1.x\"", PageErrorKind.Malformed)]
    [InlineData("\"\u0661.0\"", PageErrorKind.Malformed)]
    [InlineData("1.1", PageErrorKind.Malformed)]
    public void Api_version_of_another_major_or_none_fails(string version, PageErrorKind kind) =>
        Assert.Equal(kind, Pages.JsonError($$"""{"meta":{"api-version":{{version}} },"files":[]}""").Kind);

    [Theory]
    [InlineData("\"size\":1,\"size\":2", "files[0].size")]
    [InlineData("\"yanked\":false,\"yanked\":true", "files[0].yanked")]
    [InlineData("\"filename\":\"other-1.0.tar.gz\"", "files[0].filename")]
    [InlineData("\"x\":1,\"x\":1", "files[0].x")]
    [InlineData("\"core-metadata\":{\"sha256\":\"aa\",\"sha256\":\"bb\"}", "files[0].core-metadata.sha256")]
    [InlineData("\"core-metadata\":{\"md5\":\"aa\",\"md5\":\"bb\"}", "files[0].core-metadata.md5")]
    public void Duplicate_key_of_a_file_is_refused_by_name(string keys, string named) =>
        Assert.Contains($"{named} is there twice", Pages.JsonError(Pages.OneFile(keys)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"files\":[],\"files\":[]}")]
    [InlineData("{\"files\":[],\"x\":1,\"x\":2}")]
    [InlineData("{\"files\":[],\"fil\\u0065s\":[]}")]
    [InlineData("{\"meta\":{\"api-version\":\"1.0\",\"api-version\":\"1.1\"},\"files\":[]}")]
    [InlineData("{\"project-status\":{\"status\":\"active\",\"status\":\"quarantined\"},\"files\":[]}")]
    [InlineData("{\"files\":[],\"x\":{\"a\":[{\"b\":1,\"b\":2}]}}")]
    [InlineData("{\"files\":[{\"filename\":\"a-1.zip\",\"url\":\"/a-1.zip\",\"hashes\":{\"md5\":\"00\",\"MD5\":\"11\"}}]}")]
    public void Duplicate_key_at_any_other_level_is_refused(string json) =>
        Assert.Equal(PageErrorKind.Malformed, Pages.JsonError(json).Kind);

    [Theory]
    [InlineData("\"size\":\"12\"", "files[0].size must be a whole number")]
    [InlineData("\"size\":-1", "files[0].size must be a whole number")]
    [InlineData("\"size\":1.5", "files[0].size must be a whole number")]
    [InlineData("\"size\":99999999999999999999", "files[0].size must be a whole number")]
    [InlineData("\"yanked\":1", "files[0].yanked must be a boolean or a string")]
    [InlineData("\"requires-python\":[]", "files[0].requires-python must be a string")]
    [InlineData("\"upload-time\":1", "files[0].upload-time must be a string")]
    [InlineData("\"core-metadata\":\"sha256=aa\"", "files[0].core-metadata must be a boolean or an object of digests")]
    [InlineData("\"provenance\":{}", "files[0].provenance must be a string")]
    [InlineData("\"gpg-sig\":\"yes\"", "files[0].gpg-sig must be a boolean")]
    public void Value_of_the_wrong_type_is_refused_by_name(string key, string message) =>
        Assert.Contains(message, Pages.JsonError(Pages.OneFile(key)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("{\"files\":{}}")]
    [InlineData("{\"files\":null}")]
    [InlineData("{\"files\":[1]}")]
    [InlineData("{\"files\":[[]]}")]
    [InlineData("{\"files\":[]} {}")]
    [InlineData("{\"files\":[],}")]
    [InlineData("{\"files\":[")]
    [InlineData("{\"versions\":[1],\"files\":[]}")]
    [InlineData("{\"project-status\":\"active\",\"files\":[]}")]
    [InlineData("<!DOCTYPE html>")]
    public void Page_that_is_none_is_refused(string json) => Assert.Equal(PageErrorKind.Malformed, Pages.JsonError(json).Kind);

    [Theory]
    [InlineData("", "", "it has no filename")]
    [InlineData("", "/f/", "it has no filename")]
    [InlineData("a-1.0.zip", "", "its URL ends in another name")]
    [InlineData("a-1.0.zip", "/f/b-1.0.zip", "its URL ends in another name")]
    [InlineData("a-1.0.zip", "/f/a-1.0.zip/", "its URL ends in another name")]
    [InlineData("a-1.0.zip", "/f/x%2fa-1.0.zip", "its URL ends in another name")]
    [InlineData("a-1.0.zip", "/f/A-1.0.zip", "its URL ends in another name")]
    [InlineData("a-1.0.zip", "file:///f/a-1.0.zip", "its URL is not http or https")]
    [InlineData("a-1.0.zip", "ftp://h.example/a-1.0.zip", "its URL is not http or https")]
    [InlineData("a-1.0.zip", "javascript:a-1.0.zip", "its URL is not http or https")]
    [InlineData("a-1.0.zip", "https://me:pw@h.example/a-1.0.zip", "its URL names a user")]
    [InlineData("a-1.0.zip", "https://[/a-1.0.zip", "its URL can't be read")]
    [InlineData("../a-1.0.zip", "/f/../a-1.0.zip", "its filename is unsafe")]
    [InlineData("..", "/f/..", "its filename is unsafe")]
    [InlineData("x/a-1.0.zip", "/f/x/a-1.0.zip", "its filename is unsafe")]
    [InlineData("x\\a-1.0.zip", "/f/x%5ca-1.0.zip", "its filename is unsafe")]
    [InlineData("a-1.0\u202Epiz.exe", "/f/a-1.0%E2%80%AEpiz.exe", "its filename is unsafe")]
    [InlineData("a-1.0\0.zip", "/f/a-1.0%00.zip", "its filename is unsafe")]
    [InlineData("a-1.0\r\n.zip", "/f/a-1.0%0d%0a.zip", "its filename is unsafe")]
    [InlineData("a-1.0%2e.zip", "/f/a-1.0%252e.zip", "its filename is unsafe")]
    [InlineData("a-1.0.zip.metadata", "/f/a-1.0.zip.metadata", "its filename is that of core metadata")]
    public void Entry_that_can_be_no_file_is_dropped_with_its_reason(string filename, string url, string reason)
    {
        var page = Pages.Json(Pages.Entry(filename, url));

        Assert.Empty(page.Files);
        Assert.Equal(new DroppedFile(filename, reason), Assert.Single(page.Dropped));
    }

    [Theory]
    [InlineData("a-1.0.zip", "a-1.0.zip", "https://index.example/simple/demo/a-1.0.zip")]
    [InlineData("a-1.0.zip", "//cdn.example/a-1.0.zip", "https://cdn.example/a-1.0.zip")]
    [InlineData("a-1.0.zip", "/f/a-1.0.zip?token=x#y", "https://index.example/f/a-1.0.zip?token=x")]
    [InlineData("a-1.0+cpu.zip", "/f/a-1.0%2Bcpu.zip", "https://index.example/f/a-1.0%2Bcpu.zip")]
    [InlineData("a-1.0+cpu.zip", "/f/a-1.0+cpu.zip", "https://index.example/f/a-1.0+cpu.zip")]
    [InlineData("pytz-2004d", "/f/pytz-2004d", "https://index.example/f/pytz-2004d")]
    public void Link_is_resolved_against_the_page(string filename, string url, string resolved) =>
        Assert.Equal(resolved, Assert.Single(Pages.Json(Pages.Entry(filename, url)).Files).Url.AbsoluteUri);

    [Fact]
    public void Filename_listed_twice_stands_once()
    {
        var page = Pages.Json("""{"files":[{"filename":"a-1.zip","url":"/x/a-1.zip"},{"filename":"a-1.zip","url":"/y/a-1.zip"}]}""");

        Assert.Equal("/x/a-1.zip", Assert.Single(page.Files).Url.ToUri().AbsolutePath);
        Assert.Equal("a-1.zip", Assert.Single(page.Dropped).Filename);
    }

    [Theory]
    [InlineData("2024-12-04T17:35:28Z", 0)]
    [InlineData("2024-12-04T17:35:28.1Z", 100_000)]
    [InlineData("2024-12-04T17:35:28.174320Z", 174_320)]
    [InlineData("2024-12-04T17:35:28.174320999999999999Z", 174_320)]
    [InlineData("2024-12-04T18:35:28.5+01:00", 500_000)]
    public void Upload_time_of_any_precision_is_read_to_the_microsecond(string text, int microseconds) =>
        Assert.Equal(
            new DateTimeOffset(2024, 12, 4, 17, 35, 28, TimeSpan.Zero).AddMicroseconds(microseconds),
            Pages.JsonFile($"\"upload-time\":\"{text}\"").UploadTime);

    [Theory]
    [InlineData("2024-12-04T17:35:28")]
    [InlineData("2024-12-04T17:35:28.Z")]
    [InlineData("2024-13-04T17:35:28Z")]
    [InlineData("2024-12-04 17:35:28Z")]
    [InlineData("2024-12-04T17:35:28.12x4Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("yesterday")]
    [InlineData("")]
    public void Upload_time_that_is_none_is_not_told(string text) => Assert.Null(Pages.JsonFile($"\"upload-time\":\"{text}\"").UploadTime);

    [Theory]
    [InlineData("\"yanked\":false", false, null)]
    [InlineData("\"yanked\":null", false, null)]
    [InlineData("\"yanked\":true", true, null)]
    [InlineData("\"yanked\":\"\"", true, null)]
    [InlineData("\"yanked\":\"why\"", true, "why")]
    public void Yank_is_a_boolean_or_a_reason(string key, bool isYanked, string? reason) =>
        Assert.Equal(new Yank(isYanked, reason), Pages.JsonFile(key).Yanked);

    [Theory]
    [InlineData("\"core-metadata\":false", false, CoreMetadataKeys.CoreMetadata)]
    [InlineData("\"core-metadata\":true", true, CoreMetadataKeys.CoreMetadata)]
    [InlineData("\"core-metadata\":{}", true, CoreMetadataKeys.CoreMetadata)]
    [InlineData("\"dist-info-metadata\":true", true, CoreMetadataKeys.DistInfoMetadata)]
    [InlineData("\"data-dist-info-metadata\":true", true, CoreMetadataKeys.DataDistInfoMetadata)]
    [InlineData("\"data-dist-info-metadata\":true,\"core-metadata\":false", false, CoreMetadataKeys.CoreMetadata | CoreMetadataKeys.DataDistInfoMetadata)]
    [InlineData("\"core-metadata\":true,\"dist-info-metadata\":false", true, CoreMetadataKeys.CoreMetadata | CoreMetadataKeys.DistInfoMetadata)]
    public void Core_metadata_is_taken_from_the_newest_of_its_keys(string keys, bool offered, CoreMetadataKeys told)
    {
        var file = Pages.JsonFile(keys);

        Assert.Equal((offered, told), (file.CoreMetadata is not null, file.CoreMetadataKeys));
    }

    [Theory]
    [InlineData("{\"sha256\":\"SHA\"}", "sha256")]
    [InlineData("{\"sh\\u0061256\":\"SHA\"}", "sha256")]
    [InlineData("{\"sha256\":\"\\u0061SHORT\"}", "sha256")]
    [InlineData("{\"SHA256\":\"SHA\"}", "sha256")]
    [InlineData("{\"sha256\":\"SHA\",\"md5\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "md5,sha256")]
    [InlineData("{\"md5\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"sha256\":\"SHA\"}", "md5,sha256")]
    [InlineData("{\"sha256\":\"SHA\",\"md5\":\"no digest\"}", "sha256")]
    public void Digests_are_read_however_many_there_are_and_however_they_are_spelled(string hashes, string algorithms)
    {
        hashes = hashes.Replace("SHORT", Pages.Sha256[1..], StringComparison.Ordinal).Replace("SHA\"", Pages.Sha256 + "\"", StringComparison.Ordinal);
        var file = Assert.Single(Pages.Json($$"""{"files":[{"filename":"a-1.zip","url":"/a-1.zip","hashes":{{hashes}} }]}""").Files);

        Assert.Equal((algorithms, Pages.Sha256), (string.Join(',', file.Hashes.Keys.Order(StringComparer.Ordinal)), file.Hashes["sha256"]));
        Assert.Equal(Sha256Digest.Parse(Pages.Sha256), file.Sha256);
    }

    [Theory]
    [InlineData("{\"sha256\":\"SHA\",\"sha256\":\"SHA\"}")]
    [InlineData("{\"sha256\":\"SHA\",\"SHA256\":\"SHA\"}")]
    [InlineData("{\"sha256\":\"SHA\",\"sh\\u0061256\":\"SHA\"}")]
    [InlineData("{\"md5\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"MD5\":\"\"}")]
    public void Digest_that_is_there_twice_refuses_the_page(string hashes) =>
        Assert.Contains("is there twice", Pages.JsonError($$"""{"files":[{"filename":"a-1.zip","url":"/a-1.zip","hashes":{{hashes.Replace("SHA\"", Pages.Sha256 + "\"", StringComparison.Ordinal)}} }]}""").Message, StringComparison.Ordinal);

    [Fact]
    public void Key_of_a_file_is_known_however_it_is_escaped()
    {
        var file = Assert.Single(Pages.Json($$"""{"files":[{"file\u006eame":"a-1.zip","\u0075rl":"/a-1.zip","hashes":{},"siz\u0065":7,"":1,"\u0000":2}]}""").Files);

        Assert.Equal(("a-1.zip", 7L, 2), (file.Filename, file.Size, file.Extra.Count));
    }

    [Theory]
    [InlineData("{\"sha256\":\"abc\"}")]
    [InlineData("{\"sha256\":\"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"}")]
    [InlineData("{\"md5\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}")]
    [InlineData("{\"a b\":\"aa\"}")]
    [InlineData("null")]
    public void Digest_that_can_be_none_is_no_digest(string hashes)
    {
        var file = Assert.Single(Pages.Json($$"""{"files":[{"filename":"a-1.zip","url":"/a-1.zip","hashes":{{hashes}} }]}""").Files);

        Assert.Empty(file.Hashes);
        Assert.Null(file.Sha256);
    }

    [Theory]
    [InlineData("{\"files\":[],\"_last-serial\":7}", 7L)]
    [InlineData("{\"files\":[],\"_last-serial\":7,\"meta\":{\"_last-serial\":8}}", 8L)]
    [InlineData("{\"files\":[]}", null)]
    public void Serial_is_read_from_meta_or_the_top(string json, long? serial) => Assert.Equal(serial, Pages.Json(json).LastSerial);

    [Fact]
    public void Status_in_meta_is_no_status_and_one_at_the_top_is()
    {
        Assert.Equal(ProjectStatus.Active, Pages.Json("""{"meta":{"project-status":{"status":"quarantined"}},"files":[]}""").Status);
        Assert.True(Pages.Json("""{"project-status":{"status":"Quarantined"},"files":[]}""").Status.IsQuarantined);
    }

    [Fact]
    public void Page_of_another_project_is_no_answer() =>
        Assert.Equal("The page is another project's.", Pages.JsonError("""{"name":"evil","files":[]}""").Message);

    [Fact]
    public void Message_quotes_nothing_of_a_malformed_page() =>
        Assert.DoesNotContain("SECRET", Pages.JsonError("{\"files\":[SECRET]}").Message, StringComparison.Ordinal);
}
