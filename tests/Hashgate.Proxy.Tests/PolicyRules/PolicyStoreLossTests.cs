using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>A policy.db that was lost or replaced by an older one, seen from outside.</summary>
public sealed class PolicyStoreLossTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly ManualTimeProvider _time = new();
    private FakeIndex _index = null!;
    private FakeFile _flagged = null!;
    private FakeFile _waived = null!;

    private string Database => Path.Combine(_data.Path, "policy.db");

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _flagged = _index.Add(TestWheel.Build("alpha", "1.0"));
        _index.Add(TestWheel.Build("alpha", "2.0"));
        _waived = _index.Add(TestWheel.Build("beta", "1.0"));
        _waived.UploadTime = _time.GetUtcNow().AddHours(-1);
        await using (var first = await StartAsync())
        {
            await AddAsync(first, "api/v1/waivers", new { project = "beta", rule = RuleNames.MinimumAge, reason = "wanted now" });
            await AssertAsync(first, flagged: HttpStatusCode.OK, waived: HttpStatusCode.OK);
        }
        File.Copy(Database, Database + ".older");
        await using var second = await StartAsync();
        var flag = await AddAsync(second, "api/v1/flags", new { project = "alpha", version = "1.0", reason = "it is bad" });
        Assert.Equal(HttpStatusCode.OK, (await second.CallAsync(HttpMethod.Post, $"api/v1/flags/{flag.GetProperty("id").GetString()}/confirm", new { })).Status);
        await AssertAsync(second, flagged: HttpStatusCode.Forbidden, waived: HttpStatusCode.OK);
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Lost_database_keeps_what_refuses_ends_what_allows_and_is_restored()
    {
        DeleteDatabase();
        await using var hashgate = await StartAsync();
        await AssertAsync(hashgate, flagged: HttpStatusCode.Forbidden, waived: HttpStatusCode.Forbidden);
        var (_, ready) = await hashgate.CallAsync(HttpMethod.Get, "readyz");
        Assert.Contains("The policy store was emptied", ready.GetRawText(), StringComparison.Ordinal);
        Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.StoreAlarm);

        var refused = await hashgate.CallAsync(HttpMethod.Post, "api/v1/waivers", new { project = "beta", rule = RuleNames.MinimumAge, reason = "again" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("hashgate policy restore", refused.Body.Detail(), StringComparison.Ordinal);

        var restored = await hashgate.CallAsync(HttpMethod.Post, "api/v1/policy/restore", new { });
        Assert.Equal((HttpStatusCode.OK, 2), (restored.Status, restored.Body.GetProperty("documents").GetInt32()));
        await AssertAsync(hashgate, flagged: HttpStatusCode.Forbidden, waived: HttpStatusCode.OK);
        Assert.DoesNotContain("policy store", (await hashgate.CallAsync(HttpMethod.Get, "readyz")).Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(await hashgate.EventsAsync(), e => e is { Kind: EventKinds.Acted, Actor: "operator" } && e.Reason!.Contains("2 documents", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Older_database_keeps_the_flag_and_is_accepted_with_a_reason()
    {
        DeleteDatabase();
        File.Copy(Database + ".older", Database);
        await using (var hashgate = await StartAsync())
        {
            // The waiver stands in both, and counts.
            await AssertAsync(hashgate, flagged: HttpStatusCode.Forbidden, waived: HttpStatusCode.OK);
            Assert.Contains("is older", (await hashgate.CallAsync(HttpMethod.Get, "readyz")).Body.GetRawText(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.BadRequest, (await hashgate.CallAsync(HttpMethod.Post, "api/v1/policy/accept", new { })).Status);
            Assert.Equal(HttpStatusCode.OK, (await hashgate.CallAsync(HttpMethod.Post, "api/v1/policy/accept", new { reason = "the flag was wrong anyway" })).Status);
            await AssertAsync(hashgate, flagged: HttpStatusCode.OK, waived: HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.Conflict, (await hashgate.CallAsync(HttpMethod.Post, "api/v1/policy/accept", new { reason = "twice" })).Status);
        }
        await using var again = await StartAsync();
        await AssertAsync(again, flagged: HttpStatusCode.OK, waived: HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("restore")]
    [InlineData("accept")]
    public async Task Nobody_but_an_operator_may_decide(string what)
    {
        await using var hashgate = await StartAsync();
        using var answer = await hashgate.Client.PostAsJsonAsync("api/v1/policy/" + what, new { reason = "I want it" });
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private Task<RunningHashgate> StartAsync() => RunningHashgate.StartAsync(_index, dataDirectory: _data.Path, time: _time);

    private static async Task<JsonElement> AddAsync(RunningHashgate hashgate, string path, object body)
    {
        var (status, added) = await hashgate.CallAsync(HttpMethod.Post, path, body);
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted, status.ToString());
        return added;
    }

    /// <summary>File and page of both.</summary>
    private async Task AssertAsync(RunningHashgate hashgate, HttpStatusCode flagged, HttpStatusCode waived)
    {
        await hashgate.AssertStatusAsync(_flagged, flagged);
        await hashgate.AssertStatusAsync(_waived, waived);
        Assert.Equal(flagged == HttpStatusCode.Forbidden, await hashgate.YankAsync(_flagged) is not null);
    }

    private void DeleteDatabase()
    {
        foreach (var file in Directory.GetFiles(_data.Path, "policy.db*").Where(f => !f.EndsWith(".older", StringComparison.Ordinal))) File.Delete(file);
    }
}
