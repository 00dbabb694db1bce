using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Testing;

public sealed class FakeIndexTests : IAsyncLifetime, IDisposable
{
    private static readonly TestWheel Wheel = TestWheel.Build("Sample.Project", "1.0", padding: 20_000);
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private FakeIndex _index = null!;
    private FakeFile _file = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _file = _index.Add(Wheel);
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    public void Dispose() => _client.Dispose();

    private Uri FileUrl => new(_index.UrlOf(_file));

    [Fact]
    public void Wheel_built_twice_is_the_same_bytes_and_carries_its_metadata()
    {
        Assert.Equal(Wheel.Bytes, TestWheel.Build("Sample.Project", "1.0", padding: 20_000).Bytes);
        Assert.Equal("sample_project-1.0-py3-none-any.whl", Wheel.Filename);
        Assert.Equal(Wheel.Metadata, TestWheel.MetadataIn(Wheel.Bytes));
        Assert.InRange(Wheel.Bytes.Length, 20_000, 25_000);
    }

    [Fact]
    public void Wheel_with_junk_behind_it_is_still_a_readable_zip()
    {
        using var zip = new ZipArchive(new MemoryStream(Wheel.WithJunk(1000).Bytes));
        Assert.Contains(zip.Entries, e => e.FullName == "sample_project/__init__.py");
    }

    [Fact]
    public async Task Page_as_json_claims_what_the_file_is()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _index.IndexUrl + "sample-project/");
        request.Headers.Accept.ParseAdd("application/vnd.pypi.simple.v1+json");
        using var response = await _client.SendAsync(request);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
        var file = json.RootElement.GetProperty("files")[0];
        Assert.Equal(Wheel.Sha256.ToString(), file.GetProperty("hashes").GetProperty("sha256").GetString());
        Assert.Equal(Wheel.Bytes.Length, file.GetProperty("size").GetInt64());
        Assert.Equal(Wheel.Bytes, await _client.GetByteArrayAsync(file.GetProperty("url").GetString()));
        Assert.Equal("1000", response.Headers.GetValues("X-PyPI-Last-Serial").Single());
    }

    [Fact]
    public async Task Page_asked_for_with_its_etag_answers_304()
    {
        using var first = await _client.GetAsync(_index.IndexUrl + "sample-project/");
        Assert.Equal("text/html", first.Content.Headers.ContentType?.MediaType);
        using var request = new HttpRequestMessage(HttpMethod.Get, _index.IndexUrl + "sample-project/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task File_range_with_another_etag_answers_the_whole()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, FileUrl) { Headers = { Range = new RangeHeaderValue(100, null) } };
        using var part = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(Wheel.Bytes[100..], await part.Content.ReadAsByteArrayAsync());
        using var other = new HttpRequestMessage(HttpMethod.Get, FileUrl) { Headers = { Range = new RangeHeaderValue(100, null) } };
        other.Headers.IfRange = new RangeConditionHeaderValue("\"other\"");
        using var whole = await _client.SendAsync(other);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
    }

    [Fact]
    public async Task Fault_scripted_once_ends_after_one_request()
    {
        _index.Faults.Once(_file.Path, Fault.Tamper(5)).Once(_file.Path, Fault.Status(503, "1"));
        var tampered = await _client.GetByteArrayAsync(FileUrl);
        Assert.Equal(1, tampered.Zip(Wheel.Bytes).Count(pair => pair.First != pair.Second));
        using var refused = await _client.GetAsync(FileUrl);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(Wheel.Bytes, await _client.GetByteArrayAsync(FileUrl));
        Assert.Equal(3, _index.Requests.Count(_file.Path));
    }

    public static TheoryData<string> BrokenBodies => new("truncate", "longer", "drop");

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task Fault_that_breaks_the_body_fails_the_read(string kind)
    {
        _index.Faults.Always(_file.Path, kind switch
        {
            "truncate" => Fault.Truncate(1000),
            "longer" => Fault.LongerLength(10),
            _ => Fault.Drop(1000),
        });
        var e = await Assert.ThrowsAnyAsync<Exception>(() => _client.GetByteArrayAsync(FileUrl));
        Assert.True(e is HttpRequestException or IOException);
    }

    [Fact]
    public async Task Fault_shorter_length_shows_a_whole_but_shorter_body()
    {
        _index.Faults.Always(_file.Path, Fault.ShorterLength(10));
        Assert.Equal(Wheel.Bytes[..^10], await _client.GetByteArrayAsync(FileUrl));
    }

    [Fact]
    public async Task Fault_held_body_waits_for_its_gate()
    {
        var gate = new Gate();
        _index.Faults.Always(_file.Path, Fault.HoldBody(1000, gate));
        using var response = await _client.GetAsync(FileUrl, HttpCompletionOption.ResponseHeadersRead);
        using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1000]);
        var rest = body.ReadExactlyAsync(new byte[1]).AsTask();
        await gate.Reached;
        Assert.False(rest.IsCompleted);
        gate.Open();
        await rest;
    }

    [Fact]
    public async Task Index_that_died_refuses_connections_until_it_comes_back_on_its_port()
    {
        await _client.GetByteArrayAsync(FileUrl);
        await _index.DieAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetByteArrayAsync(FileUrl));
        await _index.ReviveAsync();
        Assert.Equal(Wheel.Bytes, await _client.GetByteArrayAsync(FileUrl));
    }

    [Fact]
    public async Task Legacy_json_tells_releases_without_a_version_only()
    {
        using var all = JsonDocument.Parse(await _client.GetByteArrayAsync(_index.BaseUrl + "/pypi/sample-project/json"));
        Assert.Equal(1, all.RootElement.GetProperty("releases").GetProperty("1.0").GetArrayLength());
        using var one = JsonDocument.Parse(await _client.GetByteArrayAsync(_index.BaseUrl + "/pypi/sample-project/1.0/json"));
        Assert.False(one.RootElement.TryGetProperty("releases", out _));
    }

    [Fact]
    public async Task Folder_of_wheels_is_served_under_their_projects()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var other = TestWheel.Build("Other.Thing", "2.0", requires: "sample-project");
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, other.Filename), other.Bytes);
            _index.AddFolder(folder.FullName);
            var file = _index.Project("other-thing").Files.Single();
            Assert.Equal("2.0", file.Version);
            Assert.Equal(other.Metadata, await _client.GetByteArrayAsync(_index.UrlOf(file) + ".metadata"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
