using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary>Entries that operators add to the lists while Hashgate runs.</summary>
public sealed class AddedEntriesTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private FakeIndex _index = null!;
    private FakeFile _file = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _file = _index.Add(TestWheel.Build("alpha", "1.0"));
    }

    public async Task DisposeAsync() => await _index.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Entry_on_the_blocklist_is_in_force_at_once_on_record_and_kept_over_a_restart()
    {
        string id;
        await using (var hashgate = await StartAsync())
        {
            Assert.Equal(HttpStatusCode.OK, (await FileAsync(hashgate)).Status);
            using var added = await AddAsync(hashgate, "blocklist", "alpha<2", "taken over");
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
            id = (await JsonAsync(added)).GetProperty("id").GetString()!;

            var (status, phrase) = await FileAsync(hashgate);
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.StartsWith("Blocked by Hashgate: blocklist: taken over; see ", phrase, StringComparison.Ordinal);
            var told = Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.PolicyChanged);
            Assert.Equal(("blocklist", "operator", "alpha", "alpha<2 was added to the blocklist: taken over"), (told.Rule, told.Actor, told.Project?.Value, told.Reason));
        }

        await using var again = await StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await FileAsync(again)).Status);
        var shown = (await SendAsync(again, HttpMethod.Get, "blocklist")).Body.GetProperty("added")[0];
        Assert.Equal((id, "alpha<2", "operator"), (shown.GetProperty("id").GetString(), shown.GetProperty("entry").GetString(), shown.GetProperty("actor").GetString()));

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(again, HttpMethod.Delete, $"allowlist/{id}?reason=x")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(again, HttpMethod.Delete, $"blocklist/{id}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(again, HttpMethod.Delete, $"blocklist/{id}?reason=looked+at")).Status);
        Assert.Equal(HttpStatusCode.OK, (await FileAsync(again)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(again, HttpMethod.Delete, $"blocklist/{id}?reason=again")).Status);
    }

    [Fact]
    public async Task Entry_that_cannot_be_read_is_not_shown_and_can_be_taken_off()
    {
        await using var hashgate = await StartAsync();
        await hashgate.Get<IPolicyStore>().PutAsync(new PolicyDocument(PolicyDocumentKinds.ListEntry, "broken", "{"), CancellationToken.None);

        Assert.Equal(0, (await SendAsync(hashgate, HttpMethod.Get, "blocklist")).Body.GetProperty("added").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(hashgate, HttpMethod.Delete, "blocklist/broken?reason=left+over")).Status);
        Assert.Contains(await hashgate.EventsAsync(), e => e.Reason == "an entry that can't be read was taken off the blocklist: left over");
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(hashgate, HttpMethod.Delete, "blocklist/broken?reason=again")).Status);
    }

    [Fact]
    public async Task Entry_adds_to_a_configured_allowlist_and_makes_none()
    {
        await using (var without = await StartAsync())
        {
            using var refused = await AddAsync(without, "allowlist", "alpha", "wanted");
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
        var path = Path.Combine(_directory.Path, "allow.txt");
        await File.WriteAllTextAsync(path, "beta");
        await using var hashgate = await StartAsync(("Policy:Rules:allowlist:File", path));
        Assert.Equal(HttpStatusCode.Forbidden, (await FileAsync(hashgate)).Status);
        using var added = await AddAsync(hashgate, "allowlist", "alpha==1.*", "wanted");
        Assert.Equal(HttpStatusCode.OK, (await FileAsync(hashgate)).Status);
        Assert.Equal(2, (await SendAsync(hashgate, HttpMethod.Get, "allowlist")).Body.GetProperty("entries").GetInt32());
    }

    [Theory]
    [InlineData("alpha", "")]
    [InlineData(null, "why")]
    [InlineData("alpha\nnumpy", "why")]
    [InlineData("alpha # comment", "why")]
    [InlineData("alpha[x]", "why")]
    public async Task Entry_that_says_too_much_or_too_little_is_refused(string? entry, string reason)
    {
        await using var hashgate = await StartAsync();
        using var answer = await AddAsync(hashgate, "blocklist", entry, reason);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(hashgate.Get<PolicyState>().Current.Blocklist.All.Entries);
    }

    [Fact]
    public async Task Viewer_may_look_and_not_write()
    {
        await using var hashgate = await StartAsync();
        using var look = await hashgate.Client.GetAsync("api/v1/lists/blocklist");
        using var add = await hashgate.Client.PostAsJsonAsync("api/v1/lists/blocklist", new { entry = "alpha", reason = "why" });
        using var remove = await hashgate.Client.DeleteAsync("api/v1/lists/blocklist/x?reason=why");
        using var unknown = await hashgate.Client.GetAsync("api/v1/lists/greylist");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (look.StatusCode, add.StatusCode, remove.StatusCode, unknown.StatusCode));
    }

    private Task<RunningHashgate> StartAsync(params (string Key, string? Value)[] settings) =>
        RunningHashgate.StartAsync(_index, settings.ToDictionary(s => s.Key, s => s.Value), Path.Combine(_directory.Path, "data"));

    private async Task<(HttpStatusCode Status, string? Phrase)> FileAsync(RunningHashgate hashgate)
    {
        using var page = await hashgate.Client.GetAsync("simple/alpha/");
        using var file = await hashgate.Client.GetAsync(_file.Path.TrimStart('/'));
        return (file.StatusCode, file.ReasonPhrase);
    }

    private static async Task<HttpResponseMessage> AddAsync(RunningHashgate hashgate, string list, string? entry, string reason)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/lists/" + list) { Content = JsonContent.Create(new { entry, reason }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", hashgate.AdminToken);
        return await hashgate.Client.SendAsync(request);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(RunningHashgate hashgate, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, "api/v1/lists/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", hashgate.AdminToken);
        using var answer = await hashgate.Client.SendAsync(request);
        return (answer.StatusCode, await JsonAsync(answer));
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync() is { Length: > 0 } text ? text : "{}").RootElement;
}
