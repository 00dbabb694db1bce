using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Pages;

/// <summary>What a page, and the legacy JSON beside it, tells of files that are refused.</summary>
public sealed class RefusedPageTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _hashgate = await RunningHashgate.StartAsync(_index);
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    private async Task<JsonElement[]> FilesAsync(string project) =>
        [.. JsonDocument.Parse(await _hashgate.PageAsync(project)).RootElement.GetProperty("files").EnumerateArray()];

    private static string? YankOf(JsonElement file) => file.TryGetProperty("yanked", out var yanked) switch
    {
        false => null,
        true when yanked.ValueKind == JsonValueKind.String => yanked.GetString(),
        true => yanked.GetBoolean() ? "" : null,
    };

    private async Task AssertRefusedAsync(string path, string rule)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var answer = await _hashgate.SendAsync(method, path);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.StartsWith($"Blocked by Hashgate: {rule}: ", answer.ReasonPhrase, StringComparison.Ordinal);
            Assert.Equal($"block; rule={rule}", answer.Headers.GetValues("Hashgate-Verdict").Single());
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        }
    }

    [Fact]
    public async Task Refused_file_beside_an_allowed_one_stands_yanked_with_the_phrase()
    {
        _index.Add(TestWheel.Build("alpha", "1.0"));
        var bad = _index.Add(TestWheel.Build("alpha", "2.0"));
        bad.Hashes.Clear();
        var files = await FilesAsync("alpha");
        Assert.Null(YankOf(files[0]));
        Assert.Equal("Blocked by Hashgate: no-hash: the index names no sha256 for this file; see /why/alpha/2.0", YankOf(files[1]));
        await AssertRefusedAsync(bad.Path, "no-hash");

        using var html = await _hashgate.GetAsync("simple/alpha/");
        Assert.Contains("data-yanked=\"Blocked by Hashgate: no-hash:", await html.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_proof_is_on_the_page_from_then_on()
    {
        _index.Add(TestWheel.Build("alpha", "1.0"));
        var bad = _index.Add(TestWheel.Build("alpha", "2.0"));
        _index.Faults.Always(bad.Path, Fault.Tamper());
        Assert.Null(YankOf((await FilesAsync("alpha"))[1]));
        await AssertRefusedAfterAsync(bad);
        Assert.StartsWith("Blocked by Hashgate: hash-mismatch: ", YankOf((await FilesAsync("alpha"))[1]), StringComparison.Ordinal);
    }

    private async Task AssertRefusedAfterAsync(FakeFile bad)
    {
        using (var first = await _hashgate.GetAsync(bad.Path)) Assert.Equal(HttpStatusCode.Forbidden, first.StatusCode);
        await AssertRefusedAsync(bad.Path, "hash-mismatch");
    }

    [Fact]
    public async Task Project_of_which_all_is_refused_keeps_its_files_unyanked_and_each_is_explained()
    {
        var files = (FakeFile[])[_index.Add(TestWheel.Build("alpha", "1.0")), _index.Add(TestWheel.Build("alpha", "2.0"))];
        _index.Project("alpha").Status = "quarantined";
        _index.Project("alpha").StatusReason = "malware";
        var page = await FilesAsync("alpha");
        Assert.Equal(files.Select(f => f.Filename), page.Select(f => f.GetProperty("filename").GetString()));
        Assert.All(page, f => Assert.Null(YankOf(f)));
        foreach (var file in files) await AssertRefusedAsync(file.Path, "upstream-quarantined");
    }

    [Fact]
    public async Task Upstreams_own_yanks_stay_and_are_served_yanked_or_not()
    {
        var yanked = _index.Add(TestWheel.Build("alpha", "1.0"));
        yanked.Yanked = "broken <on> \"Tuesdays\" & \u202e";
        _index.Add(TestWheel.Build("alpha", "1.1")).Yanked = "";
        _index.Add(TestWheel.Build("alpha", "2.0"));
        var files = await FilesAsync("alpha");
        Assert.StartsWith("broken <on> \"Tuesdays\" &", YankOf(files[0]), StringComparison.Ordinal);
        Assert.Equal("", YankOf(files[1]));
        Assert.Null(YankOf(files[2]));
        Assert.Equal(yanked.Bytes, await _hashgate.Client.GetByteArrayAsync(yanked.Path[1..]));

        yanked.Yanked = null;
        await _hashgate.Get<Core.Serving.ProjectPages>().RefreshAsync(Core.Packaging.ProjectName.Parse("alpha"), CancellationToken.None);
        Assert.Null(YankOf((await FilesAsync("alpha"))[0]));
    }

    [Fact]
    public async Task Quarantined_project_without_files_has_one_stub_that_explains()
    {
        _index.Project("Evil.Thing").Status = "quarantined";
        var file = Assert.Single(await FilesAsync("evil-thing"));
        Assert.Equal("evil_thing-0+blocked.by.hashgate-py2.py3-none-any.whl", file.GetProperty("filename").GetString());
        var url = new Uri(new Uri(_hashgate.Url, "simple/evil-thing/"), file.GetProperty("url").GetString());
        Assert.StartsWith("/files/hashgate/", url.AbsolutePath, StringComparison.Ordinal);
        await AssertRefusedAsync(url.AbsolutePath, "upstream-quarantined");
        await AssertRefusedAsync(url.AbsolutePath.Replace("%2B", "+", StringComparison.OrdinalIgnoreCase), "upstream-quarantined");

        foreach (var other in (string[])["alpha", "evil-thin"])
        {
            using var unknown = await _hashgate.GetAsync($"/files/hashgate/{other}/evil_thing-0+blocked.by.hashgate-py2.py3-none-any.whl");
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        }
    }

    [Fact]
    public async Task Foreign_file_is_left_off_the_page()
    {
        _index.Add(TestWheel.Build("alpha", "1.0"));
        _index.Project("alpha").Add(TestWheel.Build("beta", "1.0"));
        Assert.Equal("alpha-1.0-py3-none-any.whl", Assert.Single(await FilesAsync("alpha")).GetProperty("filename").GetString());
    }

    [Fact]
    public async Task Legacy_json_and_provenance_tell_of_allowed_files_only()
    {
        var good = _index.Add(TestWheel.Build("alpha", "1.0"));
        var bad = _index.Add(TestWheel.Build("alpha", "2.0"));
        bad.Hashes.Remove("sha256");
        (good.Provenance, bad.Provenance) = ("{\"version\": 1}", "{\"version\": 1}");
        var whole = JsonNode.Parse(await _hashgate.Client.GetStringAsync("pypi/alpha/json"))!;
        Assert.Equal(["1.0"], whole["releases"]!.AsObject().Select(r => r.Key));
        Assert.Equal("1.0", whole["info"]!["version"]!.ToString());
        Assert.Equal(new Uri(_hashgate.Url, good.Path).AbsoluteUri, whole["urls"]![0]!["url"]!.ToString());
        Assert.DoesNotContain(_index.BaseUrl, whole.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(bad.Filename, whole.ToJsonString(), StringComparison.Ordinal);
        await AssertBlockedAsync("pypi/alpha/2.0/json");
        await AssertBlockedAsync("pypi/alpha/2.0.0/json");
        await AssertBlockedAsync($"integrity/alpha/2.0/{bad.Filename}/provenance");
        Assert.Equal("{\"version\": 1}", await _hashgate.Client.GetStringAsync($"integrity/alpha/1.0/{good.Filename}/provenance"));
        using var wrong = await _hashgate.GetAsync($"integrity/alpha/2.0/{good.Filename}/provenance");
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
    }

    private async Task AssertBlockedAsync(string path)
    {
        using var answer = await _hashgate.GetAsync(path);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("Blocked by Hashgate: no-hash: ", answer.ReasonPhrase, StringComparison.Ordinal);
    }
}
