using System.Net;
using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Webhooks;

/// <summary>Webhooks as the whole program has them.</summary>
public sealed class WebhookProgramTests
{
    [Fact]
    public async Task Refusal_reaches_the_receiver()
    {
        await using var receiver = await FakeReceiver.StartAsync();
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        file.Bytes = [.. file.Bytes[..^1], (byte)(file.Bytes[^1] ^ 1)];
        await using var hashgate = await RunningHashgate.StartAsync(index, SettingsOf(receiver));

        using var refused = await hashgate.Client.GetAsync(file.Path[1..]);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var received = await receiver.NextAsync();
        Assert.True(received.Verify(WebhookRig.Secret).Right);
        var told = received.Json.GetProperty("event");
        Assert.Equal((EventKinds.HashMismatch, "alpha", "1.0", file.Filename), (told.GetProperty("kind").GetString(), told.GetProperty("project").GetString(), told.GetProperty("version").GetString(), told.GetProperty("filename").GetString()));
        // The id is that of the log, so that one finds it there.
        Assert.NotNull(await hashgate.Get<IEventLog>().FindAsync(received.Json.GetProperty("id").GetString()!, CancellationToken.None));
    }

    [Fact]
    public async Task Receiver_that_never_answers_keeps_no_event_from_the_log()
    {
        await using var receiver = await FakeReceiver.StartAsync();
        receiver.Gate = new TaskCompletionSource().Task;
        await using var hashgate = await RunningHashgate.StartAsync(null, SettingsOf(receiver, ("QueueLength", "10")));
        var log = hashgate.Get<IEventLog>();
        log.Record(new Event { Kind = EventKinds.Flagged, When = DateTimeOffset.UnixEpoch, Reason = "first" });
        await receiver.NextAsync();
        for (var i = 0; i < 5000; i++) log.Record(new Event { Kind = EventKinds.Flagged, When = DateTimeOffset.UnixEpoch, Reason = $"event {i}" });

        Assert.Equal(1000, (await hashgate.EventsAsync(new EventQuery(Kinds: [EventKinds.Flagged], Limit: 1000))).Count);
        var state = await StateAsync(hashgate);
        Assert.Equal((10, 4991, 0), (state.GetProperty("queued").GetInt32(), state.GetProperty("dropped").GetInt32(), state.GetProperty("delivered").GetInt32()));
    }

    [Fact]
    public async Task States_show_no_secret()
    {
        await using var receiver = await FakeReceiver.StartAsync();
        await using var hashgate = await RunningHashgate.StartAsync(null, SettingsOf(receiver, ("Authorization", "Bearer secret-token")));
        var (status, body) = await hashgate.CallAsync(HttpMethod.Get, "api/v1/webhooks");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(receiver.Url.GetLeftPart(UriPartial.Authority), body.GetProperty("webhooks")[0].GetProperty("receiver").GetString());
        Assert.DoesNotContain("secret", body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_sends_one_event_and_tells_what_the_receiver_answered()
    {
        await using var receiver = await FakeReceiver.StartAsync();
        await using var hashgate = await RunningHashgate.StartAsync(null, SettingsOf(receiver));
        receiver.Script((200, null), (418, null));

        var (status, body) = await hashgate.CallAsync(HttpMethod.Post, "api/v1/webhooks/ops/test");
        Assert.Equal((HttpStatusCode.OK, true, 200), (status, body.GetProperty("delivered").GetBoolean(), body.GetProperty("status").GetInt32()));
        Assert.Equal("the receiver's \u202e words", body.GetProperty("body").GetString());
        var received = await receiver.NextAsync();
        Assert.True(received.Verify(WebhookRig.Secret).Right);
        Assert.Equal("webhook-test", received.Json.GetProperty("event").GetProperty("kind").GetString());

        (_, body) = await hashgate.CallAsync(HttpMethod.Post, "api/v1/webhooks/ops/test");
        Assert.Equal((false, 418, "The receiver answered 418."), (body.GetProperty("delivered").GetBoolean(), body.GetProperty("status").GetInt32(), body.GetProperty("error").GetString()));
        Assert.Equal(["the test was not delivered: The receiver answered 418.", "the webhook ops was tested", "the webhook ops was tested"], (await hashgate.EventsAsync()).Where(e => e.Actor == "operator").Select(e => e.Reason));
        Assert.Equal(HttpStatusCode.NotFound, (await hashgate.CallAsync(HttpMethod.Post, "api/v1/webhooks/other/test")).Status);
        using var viewer = await hashgate.Client.PostAsync("api/v1/webhooks/ops/test", null);
        Assert.Equal(HttpStatusCode.Forbidden, viewer.StatusCode);
    }

    [Fact]
    public async Task Receiver_that_is_away_is_told_of_at_readyz_and_its_events_wait_over_a_restart()
    {
        using var data = new TemporaryDirectory();
        await using var receiver = await FakeReceiver.StartAsync();
        receiver.Status = 404;
        await using (var hashgate = await RunningHashgate.StartAsync(null, SettingsOf(receiver), data.Path))
        {
            hashgate.Get<IEventLog>().Record(new Event { Kind = EventKinds.Flagged, When = DateTimeOffset.UnixEpoch, Reason = "refused" });
            await receiver.NextAsync();
            while (!(await hashgate.Client.GetStringAsync("readyz")).Contains("webhook ops delivers nothing: The receiver answered 404.", StringComparison.Ordinal)) await Task.Delay(10);
            Assert.Contains(await hashgate.EventsAsync(), e => e.Kind == EventKinds.WebhookDown);
            receiver.Status = 503;
            hashgate.Get<IEventLog>().Record(new Event { Kind = EventKinds.Flagged, When = DateTimeOffset.UnixEpoch, Reason = "waits" });
            await receiver.NextAsync();
        }
        while (receiver.HasMore) await receiver.NextAsync();
        receiver.Status = 200;
        await using var next = await RunningHashgate.StartAsync(null, SettingsOf(receiver), data.Path);
        Assert.Equal("waits", (await receiver.NextAsync()).Reason);
    }

    private static Dictionary<string, string?> SettingsOf(FakeReceiver receiver, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Webhooks:ops:Url"] = receiver.Url.AbsoluteUri,
            ["Webhooks:ops:Secret"] = WebhookRig.Secret,
            ["Webhooks:ops:Kinds:0"] = EventKinds.HashMismatch,
            ["Webhooks:ops:Kinds:1"] = EventKinds.Flagged,
            ["Webhooks:off:Url"] = receiver.Url.AbsoluteUri,
            ["Webhooks:off:Enabled"] = "false",
        };
        foreach (var (key, value) in more) settings["Webhooks:ops:" + key] = value;
        return settings;
    }

    private static async Task<JsonElement> StateAsync(RunningHashgate hashgate) =>
        (await hashgate.CallAsync(HttpMethod.Get, "api/v1/webhooks")).Body.GetProperty("webhooks").EnumerateArray().Single(w => w.GetProperty("name").GetString() == "ops");
}
