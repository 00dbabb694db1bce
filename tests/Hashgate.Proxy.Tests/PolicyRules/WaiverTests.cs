using System.Net;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Waivers through the API, on a project that its upstream has quarantined.</summary>
public sealed class WaiverTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private FakeIndex _index = null!;
    private FakeFile _old = null!;
    private FakeFile _new = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _old = _index.Add(TestWheel.Build("alpha", "1.0"));
        _new = _index.Add(TestWheel.Build("alpha", "2.0"));
        _index.Project("alpha").Status = "quarantined";
        _hashgate = await RunningHashgate.StartAsync(_index, time: _time);
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Fact]
    public async Task Waiver_is_in_force_at_once_until_it_is_taken_back_and_both_are_events()
    {
        await AssertServedAsync(none: true);
        var id = (await AddAsync(new { project = "Alpha", rule = "upstream-quarantined", reason = "looked at it" })).GetProperty("id").GetString();
        await AssertServedAsync(_old, _new);

        Assert.Equal(HttpStatusCode.NoContent, (await _hashgate.CallAsync(HttpMethod.Delete, $"api/v1/waivers/{id}")).Status);
        await AssertServedAsync(none: true);
        Assert.Equal(HttpStatusCode.NotFound, (await _hashgate.CallAsync(HttpMethod.Delete, $"api/v1/waivers/{id}")).Status);

        var events = await _hashgate.EventsAsync();
        var waived = Assert.Single(events, e => e.Kind == EventKinds.Waived);
        Assert.Equal(("alpha", "upstream-quarantined", "operator"), (waived.Project?.Value, waived.Rule, waived.Actor));
        Assert.EndsWith("looked at it", waived.Reason, StringComparison.Ordinal);
        var ended = Assert.Single(events, e => e.Kind == EventKinds.PolicyChanged);
        Assert.Equal(("alpha", "operator"), (ended.Project?.Value, ended.Actor));
    }

    [Fact]
    public async Task Waiver_reaches_the_versions_it_names()
    {
        await AddAsync(new { project = "alpha", rule = "upstream-quarantined", versions = "<2", reason = "looked at it" });
        await AssertServedAsync(_old);
    }

    [Fact]
    public async Task Waiver_reaches_the_file_it_names()
    {
        await AddAsync(new { project = "alpha", rule = "upstream-quarantined", sha256 = _new.Hashes["sha256"], reason = "looked at it" });
        await AssertServedAsync(_new);
    }

    [Fact]
    public async Task Waiver_ends_by_itself_at_its_time()
    {
        var end = _time.GetUtcNow().AddMinutes(5);
        await AddAsync(new { project = "alpha", rule = "upstream-quarantined", reason = "looked at it", expires = end });
        await AssertServedAsync(_old, _new);

        _time.Advance(TimeSpan.FromMinutes(5));
        await AssertServedAsync(none: true);
        Assert.True((await ListAsync())[0].GetProperty("expired").GetBoolean());
    }

    [Fact]
    public async Task Waiver_outlives_the_process()
    {
        using var directory = new TemporaryDirectory();
        await using (var before = await RunningHashgate.StartAsync(_index, dataDirectory: directory.Path))
            await before.CallAsync(HttpMethod.Post, "api/v1/waivers", new { project = "alpha", rule = "upstream-quarantined", reason = "looked at it" });
        await using var after = await RunningHashgate.StartAsync(_index, dataDirectory: directory.Path);
        await after.PageAsync("alpha");
        using var file = await after.GetAsync(_old.Path);
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
    }

    [Fact]
    public async Task List_shows_waivers_to_viewers_and_to_nobody_else()
    {
        await AddAsync(new { project = "alpha", rule = "upstream-quarantined", versions = "==1.0", reason = "looked at it" });
        var row = Assert.Single(await ListAsync());
        Assert.Equal(("alpha", "==1.0", "operator"), (row.GetProperty("project").GetString(), row.GetProperty("versions").GetString(), row.GetProperty("actor").GetString()));
        Assert.Empty((await _hashgate.CallAsync(HttpMethod.Get, "api/v1/waivers?project=beta")).Body.GetProperty("waivers").EnumerateArray());

        using var anyone = await _hashgate.GetAsync("api/v1/waivers", "Forwarded: for=192.0.2.1");
        Assert.Equal(HttpStatusCode.Unauthorized, anyone.StatusCode);
    }

    [Theory]
    [InlineData("hash-mismatch", "guards the proof")]
    [InlineData("hash-changed", "guards the proof")]
    [InlineData("no-hash", "guards the proof")]
    [InlineData("filename-mismatch", "guards the proof")]
    [InlineData("trust-unavailable", "guards the proof")]
    [InlineData("reserved-name", "guards the proof")]
    [InlineData("nonsense\r\n\u001b[31m", "must be one of")]
    [InlineData(null, "must be one of")]
    public async Task Rule_that_cannot_be_waived_is_an_error_that_says_so(string? rule, string said)
    {
        var (status, problem) = await _hashgate.CallAsync(HttpMethod.Post, "api/v1/waivers", new { project = "alpha", rule, reason = "because" });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(said, problem.Detail(), StringComparison.Ordinal);
        Assert.All(problem.Detail(), c => Assert.InRange(c, ' ', '~'));
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("project", "not a name!")]
    [InlineData("reason", " ")]
    [InlineData("versions", "one point oh")]
    [InlineData("sha256", "abc")]
    [InlineData("expires", "2025-12-31T00:00:00Z")]
    public async Task Request_that_is_wrong_is_an_error_that_names_the_field(string field, string value)
    {
        var request = new Dictionary<string, string> { ["project"] = "alpha", ["rule"] = "upstream-quarantined", ["reason"] = "because" };
        request[field] = value;
        var (status, problem) = await _hashgate.CallAsync(HttpMethod.Post, "api/v1/waivers", request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(field, problem.Detail(), StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("reason", 1001)]
    [InlineData("versions", 501)]
    public async Task Field_that_is_too_long_is_an_error(string field, int length)
    {
        var request = new Dictionary<string, string> { ["project"] = "alpha", ["rule"] = "upstream-quarantined", ["reason"] = "because" };
        request[field] = new string('1', length);
        var (status, problem) = await _hashgate.CallAsync(HttpMethod.Post, "api/v1/waivers", request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("longer than", problem.Detail(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> AddAsync(object waiver)
    {
        var (status, body) = await _hashgate.CallAsync(HttpMethod.Post, "api/v1/waivers", waiver);
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body;
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync() =>
        [.. (await _hashgate.CallAsync(HttpMethod.Get, "api/v1/waivers")).Body.GetProperty("waivers").EnumerateArray()];

    private Task AssertServedAsync(bool none) => AssertServedAsync(none ? [] : [_old, _new]);

    /// <summary>These are served and un-yanked, the other is neither.</summary>
    private async Task AssertServedAsync(params FakeFile[] served)
    {
        var page = JsonDocument.Parse(await _hashgate.PageAsync("alpha")).RootElement.GetProperty("files").EnumerateArray().ToArray();
        foreach (var file in (FakeFile[])[_old, _new])
        {
            using var answer = await _hashgate.GetAsync(file.Path);
            Assert.Equal(served.Contains(file) ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
            var yanked = page.Single(f => f.GetProperty("filename").GetString() == file.Filename).TryGetProperty("yanked", out var y) && y.ValueKind != JsonValueKind.False;
            // Where nothing is allowed nothing is yanked, so that an installer asks and is told.
            Assert.Equal(served.Length > 0 && !served.Contains(file), yanked);
        }
    }
}
