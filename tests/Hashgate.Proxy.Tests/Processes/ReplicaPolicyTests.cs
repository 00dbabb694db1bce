using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Hashgate.Proxy.Tests.ClientTokens;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Xunit.Abstractions;

namespace Hashgate.Proxy.Tests.Processes;

/// <summary>Two processes over one Redis: what an operator does at one is in force at the other a look at the store later.</summary>
[Trait("Needs", "redis")]
public sealed class ReplicaPolicyTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private RedisServer _redis = null!;
    private FakeIndex _index = null!;
    private HashgateProcess _one = null!;
    private HashgateProcess _other = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _index = await FakeIndex.StartAsync();
        _one = await StartAsync("one");
        _other = await StartAsync("other");
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _index.DisposeAsync();
        await _redis.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Waiver_reaches_the_other_replica()
    {
        var file = Add("waived");
        file.UploadTime = DateTimeOffset.UtcNow;
        await AssertInForceAsync(file, isRefused: true);

        var id = await CreateAsync("api/v1/waivers", new { project = "waived", rule = "minimum-age", versions = "==2.0", reason = "read its source" });
        await AssertInForceAsync(file, isRefused: false);
        await RemoveAsync($"api/v1/waivers/{id}");
        await AssertInForceAsync(file, isRefused: true);
    }

    [Fact]
    public async Task Confirmed_flag_reaches_the_other_replica()
    {
        var file = Add("flagged");
        await AssertInForceAsync(file, isRefused: false);

        var id = await CreateAsync("api/v1/flags", new { project = "flagged", version = "2.0", reason = "steals" });
        Assert.Equal(HttpStatusCode.OK, (await _one.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/confirm", new { reason = "it does" })).Status);
        await AssertInForceAsync(file, isRefused: true);
        Assert.Equal(HttpStatusCode.OK, (await _one.CallAsync(HttpMethod.Post, $"api/v1/flags/{id}/dismiss", new { reason = "it does not" })).Status);
        await AssertInForceAsync(file, isRefused: false);
    }

    [Fact]
    public async Task List_entry_reaches_the_other_replica()
    {
        var file = Add("listed");
        await AssertInForceAsync(file, isRefused: false);

        var id = await CreateAsync("api/v1/lists/blocklist", new { entry = "listed==2.0", reason = "taken over" });
        await AssertInForceAsync(file, isRefused: true);
        await RemoveAsync($"api/v1/lists/blocklist/{id}?reason=given+back");
        await AssertInForceAsync(file, isRefused: false);
    }

    [Fact]
    public async Task Client_token_reaches_the_other_replica()
    {
        var (id, token) = await _one.MakeTokenAsync();
        await UntilAsync("The token opens the other.", () => OpensAsync(_other, token));
        Assert.True(await OpensAsync(_one, token));
        await RemoveAsync($"api/v1/tokens/{id}");
        Assert.False(await OpensAsync(_one, token));
        await UntilAsync("The token opens the other no more.", async () => !await OpensAsync(_other, token));
    }

    private static async Task<bool> OpensAsync(HashgateProcess replica, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "simple/nothing/");
        request.Headers.TryAddWithoutValidation("Authorization", TokenCalls.Header(token)["Authorization: ".Length..]);
        using var answer = await replica.Client.SendAsync(request);
        return answer.StatusCode != HttpStatusCode.Unauthorized;
    }

    private async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            Assert.False(patience.IsCancellationRequested, $"{what} hashgate wrote: {_other.Output}");
            await Task.Delay(20);
        }
    }

    /// <summary>The newer of two releases, so that the page has another one to offer.</summary>
    private FakeFile Add(string project)
    {
        _index.Add(TestWheel.Build(project, "1.0"));
        return _index.Add(TestWheel.Build(project, "2.0"));
    }

    private async Task<string> CreateAsync(string path, object body)
    {
        var (status, answer) = await _one.CallAsync(HttpMethod.Post, path, body);
        Assert.True(status == HttpStatusCode.Created, answer.ToString());
        return answer.GetProperty("id").GetString()!;
    }

    private async Task RemoveAsync(string path) => Assert.Equal(HttpStatusCode.NoContent, (await _one.CallAsync(HttpMethod.Delete, path)).Status);

    /// <summary>At once where it was said, and where it wasn't within two seconds on a machine that isn't busy: here a wait with an end, and its length for the record.</summary>
    private async Task AssertInForceAsync(FakeFile file, bool isRefused)
    {
        Assert.Equal(isRefused, await IsRefusedAsync(_one, file));
        var since = Stopwatch.GetTimestamp();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await IsRefusedAsync(_other, file) != isRefused)
        {
            Assert.False(patience.IsCancellationRequested, $"{file.Filename} is not {(isRefused ? "refused" : "served")}; hashgate wrote: {_other.Output}");
            await Task.Delay(20);
        }
        output.WriteLine($"{file.Filename} {(isRefused ? "refused" : "served")} by the other after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms");
    }

    /// <summary>What page, HEAD and GET agree on.</summary>
    private static async Task<bool> IsRefusedAsync(HashgateProcess replica, FakeFile file)
    {
        using var page = await replica.GetPageAsync(file.Project.Name);
        var entries = JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.GetProperty("files").EnumerateArray();
        var isYanked = entries.Single(e => e.GetProperty("filename").GetString() == file.Filename).GetProperty("yanked").ValueKind == JsonValueKind.String;
        using var head = await replica.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, file.Path[1..]));
        using var get = await replica.Client.GetAsync(file.Path[1..]);
        // A change may come between two of the three: then the last of them has it.
        var isRefused = get.StatusCode == HttpStatusCode.Forbidden;
        Assert.True(isRefused || get.StatusCode == HttpStatusCode.OK, $"{(int)get.StatusCode} {get.ReasonPhrase}");
        return isYanked == isRefused && head.StatusCode == get.StatusCode ? isRefused : await IsRefusedAsync(replica, file);
    }

    private Task<HashgateProcess> StartAsync(string name) =>
        new HashgateProgram(Path.Combine(_directory.Path, name)).Over(_index).With(_redis).Set("Access:ClientTokens", "optional").StartAsync();
}
