using System.Net;
using System.Text;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hashgate.Proxy.Tests.Access;

/// <summary>Whatever people change is on record first: with an event store that is away each change is refused, and nothing is different afterwards.</summary>
public sealed class EventStoreAwayTests : IAsyncLifetime
{
    private static readonly string[] Seen = ["api/v1/waivers", "api/v1/flags", "api/v1/lists/blocklist", "api/v1/lists/allowlist", "api/v1/publishers/alpha", "api/v1/trust/alpha", "api/v1/trust/beta"];

    private readonly MemoryEventLog _events = new();
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;
    private string _filename = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _filename = _index.Add(TestWheel.Build("alpha", "1.0")).Filename;
        _hashgate = await RunningHashgate.StartAsync(_index, services: services => services.Replace(ServiceDescriptor.Singleton<IEventLog>(_events)));
        using var page = await _hashgate.Client.GetAsync("simple/alpha/");
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Theory]
    [InlineData("api/v1/waivers", """{"project": "alpha", "rule": "minimum-age", "reason": "wanted"}""")]
    [InlineData("api/v1/flags", """{"project": "alpha", "version": "1.0", "reason": "it is bad"}""")]
    [InlineData("api/v1/lists/blocklist", """{"entry": "alpha", "reason": "not here"}""")]
    [InlineData("api/v1/publishers/alpha/accept", """{"publisher": {"kind": "GitHub", "subject": "acme/alpha", "workflow": "release.yml"}, "reason": "they moved"}""")]
    [InlineData("api/v1/trust/alpha/accept", """{"filename": "alpha-1.0-py3-none-any.whl", "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "reason": "rebuilt"}""")]
    [InlineData("api/v1/trust/alpha/accept", """{"page": true, "reason": "restored"}""")]
    [InlineData("api/v1/trust/-/accept", """{"upstream": "pypi", "since": "2020-01-01T00:00:00Z", "reason": "a bad hour"}""")]
    [InlineData("api/v1/trust/-/import", "")]
    [InlineData("api/v1/trust/-/restore", "{}")]
    [InlineData("api/v1/policy/restore", "{}")]
    [InlineData("api/v1/policy/accept", """{"reason": "on purpose"}""")]
    public async Task Nothing_is_added_accepted_or_restored(string path, string body)
    {
        var before = await SeenAsync();
        _events.IsAway = true;
        await AssertRefusedAsync(HttpMethod.Post, path, body);
        Assert.Equal(before, await SeenAsync());
    }

    [Fact]
    public async Task Waiver_is_not_taken_back() =>
        await AssertStaysAsync(await AddAsync("api/v1/waivers", new { project = "alpha", rule = RuleNames.MinimumAge, reason = "wanted" }), HttpMethod.Delete, "api/v1/waivers/{0}");

    [Theory]
    [InlineData("POST", "api/v1/flags/{0}/confirm")]
    [InlineData("POST", "api/v1/flags/{0}/dismiss")]
    [InlineData("DELETE", "api/v1/flags/{0}")]
    public async Task Flag_is_not_decided_on_or_removed(string method, string path) =>
        await AssertStaysAsync(await AddAsync("api/v1/flags", new { project = "alpha", version = "1.0", reason = "it is bad" }), new HttpMethod(method), path);

    [Fact]
    public async Task Entry_is_not_taken_off_a_list() =>
        await AssertStaysAsync(await AddAsync("api/v1/lists/blocklist", new { entry = "beta", reason = "not here" }), HttpMethod.Delete, "api/v1/lists/blocklist/{0}?reason=wrong");

    [Fact]
    public async Task Reporter_with_the_form_is_told_to_come_again_and_the_report_is_not_half_taken()
    {
        _events.IsAway = true;
        using var answer = await _hashgate.Client.PostAsync("why/alpha/1.0", new FormUrlEncodedContent([new("reason", "it is bad"), new("filename", _filename)]));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("try again later", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        _events.IsAway = false;
        Assert.Empty((await _hashgate.CallAsync(HttpMethod.Get, "api/v1/flags")).Body.GetProperty("flags").EnumerateArray());
    }

    [Fact]
    public async Task Trying_without_changing_leaves_no_event_and_needs_no_store()
    {
        _events.IsAway = true;
        var before = _events.Recorded.Count;
        var (status, _) = await _hashgate.CallAsync(HttpMethod.Post, "api/v1/trust/-/accept", new { upstream = "pypi", since = "2020-01-01T00:00:00Z", dryRun = true });
        Assert.Equal((HttpStatusCode.OK, before), (status, _events.Recorded.Count));
    }

    private async Task AssertStaysAsync(string id, HttpMethod method, string path)
    {
        var before = await SeenAsync();
        _events.IsAway = true;
        await AssertRefusedAsync(method, string.Format(System.Globalization.CultureInfo.InvariantCulture, path, id), """{"reason": "because"}""");
        Assert.Equal(before, await SeenAsync());
    }

    private async Task AssertRefusedAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", _hashgate.AdminToken);
        using var answer = await _hashgate.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("the event store is away", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Detail(), StringComparison.Ordinal);
    }

    private async Task<string> AddAsync(string path, object body)
    {
        var (status, added) = await _hashgate.CallAsync(HttpMethod.Post, path, body);
        Assert.Equal(HttpStatusCode.Created, status);
        return added.GetProperty("id").GetString()!;
    }

    /// <summary>All that people can change, as the API shows it.</summary>
    private async Task<string> SeenAsync()
    {
        var seen = new StringBuilder();
        foreach (var path in Seen) seen.AppendLine((await _hashgate.CallAsync(HttpMethod.Get, path)).Body.GetRawText());
        return seen.ToString();
    }
}
