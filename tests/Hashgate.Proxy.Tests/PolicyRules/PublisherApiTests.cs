using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.Running;
using static Hashgate.Proxy.Tests.PolicyRules.ProvenanceRig;

namespace Hashgate.Proxy.Tests.PolicyRules;

/// <summary><c>/api/v1/publishers</c> and what <c>/why</c> tells of publishers.</summary>
public sealed class PublisherApiTests : IAsyncLifetime
{
    private const string Api = "api/v1/publishers/demo";
    private ProvenanceRig _rig = null!;

    public async Task InitializeAsync()
    {
        _rig = await ProvenanceRig.StartAsync();
        _rig.New.Publish("mallory/demo");
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Accepted_publisher_is_in_force_at_once_on_record_and_after_a_restart()
    {
        await using (var hashgate = await _rig.RunAsync())
        {
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
            using var accepted = await PostAsync(hashgate, Stranger("Mallory/Demo"), hashgate.AdminToken);
            Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(hashgate, _rig.New));
            Assert.Null(await YankAsync(hashgate, _rig.New));

            var acted = Assert.Single(await hashgate.EventsAsync(), e => e.Kind == EventKinds.Acted);
            Assert.Equal(("operator", "accepted the publisher GitHub mallory/demo (release.yml): they moved"), (acted.Actor, acted.Reason));
            using var again = await PostAsync(hashgate, Stranger("mallory/demo"), hashgate.AdminToken);
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        }
        await using var restarted = await _rig.RunAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(restarted, _rig.New));
    }

    [Fact]
    public async Task Publishers_are_shown_with_what_is_known_of_each_file()
    {
        await using var hashgate = await _rig.RunAsync();
        await StatusAsync(hashgate, _rig.New);
        var shown = await hashgate.Client.GetFromJsonAsync<JsonElement>(Api);
        Assert.Equal("acme/demo", Assert.Single(shown.GetProperty("trusted").EnumerateArray()).GetProperty("publisher").GetProperty("subject").GetString());
        Assert.Empty(shown.GetProperty("accepted").EnumerateArray());
        Assert.Equal(["demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl"], shown.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("filename").GetString()));
        Assert.All(shown.GetProperty("files").EnumerateArray(), f => Assert.Equal("Consistent", f.GetProperty("level").GetString()));
    }

    [Fact]
    public async Task Accepting_takes_a_token_a_reason_and_a_whole_publisher()
    {
        await using var hashgate = await _rig.RunAsync();
        using var anyone = await PostAsync(hashgate, Stranger("mallory/demo"), token: null);
        Assert.Equal(HttpStatusCode.Forbidden, anyone.StatusCode);
        foreach (var wrong in (object[])
        [
            new { publisher = new { kind = "GitHub", subject = "mallory/demo", workflow = "release.yml" } },
            new { reason = "they moved" },
            new { publisher = new { kind = "GitHub", subject = "mallory/demo" }, reason = "they moved" },
            new { publisher = new { kind = "Google" }, reason = "they moved" },
            new { publisher = new { kind = "Google", subject = new string('x', 600) }, reason = "they moved" },
            new { publisher = new { kind = "Google", subject = "a@example.org" }, reason = new string('x', 1001) },
        ])
        {
            using var refused = await PostAsync(hashgate, wrong, hashgate.AdminToken);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(hashgate, _rig.New));
    }

    [Fact]
    public async Task Why_tells_of_level_and_publishers_and_escapes_them()
    {
        _rig.New.Publish("mallory/<b>demo");
        await using var hashgate = await _rig.RunAsync();
        await StatusAsync(hashgate, _rig.New);
        var page = await hashgate.Client.GetStringAsync("why/demo/2.0");
        Assert.Contains("consistent: GitHub mallory/&lt;b&gt;demo (release.yml)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>demo", page, StringComparison.Ordinal);
    }

    private static object Stranger(string repository) => new { publisher = new { kind = "GitHub", subject = repository, workflow = "release.yml" }, reason = "they moved" };

    private static async Task<HttpResponseMessage> PostAsync(RunningHashgate hashgate, object body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Api + "/accept") { Content = JsonContent.Create(body) };
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        return await hashgate.Client.SendAsync(request);
    }
}
