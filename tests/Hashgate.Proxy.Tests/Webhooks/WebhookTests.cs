using Hashgate.Core.Events;

namespace Hashgate.Proxy.Tests.Webhooks;

/// <summary>What a webhook does with a receiver that is well, and with one that isn't.</summary>
public sealed class WebhookTests
{
    [Fact]
    public async Task Events_come_signed_and_in_their_order()
    {
        await using var rig = await WebhookRig.StartAsync(("Authorization", "Bearer of-the-receiver"));
        for (var i = 0; i < 5; i++) rig.Offer($"event {i}");
        for (var i = 0; i < 5; i++)
        {
            var received = await rig.Receiver.NextAsync();
            Assert.Equal($"event {i}", received.Reason);
            Assert.Equal((true, rig.Clock.GetUtcNow().ToUnixTimeSeconds()), received.Verify(WebhookRig.Secret));
            Assert.False(received.Verify("another-secret-of-16").Right);
            Assert.Equal("Bearer of-the-receiver", received.Headers["Authorization"]);
            Assert.Equal("application/json; charset=utf-8", received.Headers["Content-Type"]);
        }
        await rig.UntilAsync(s => s is { Delivered: 5, Queued: 0, Failing: false, LastSuccess: not null });
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_signed()
    {
        await using var rig = await WebhookRig.StartAsync(("Secret", null));
        rig.Offer("plain");
        Assert.DoesNotContain("Hashgate-Signature", (await rig.Receiver.NextAsync()).Headers.Keys);
    }

    [Fact]
    public async Task Alarms_go_before_all_that_waits()
    {
        var gate = new TaskCompletionSource();
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Gate = gate.Task;
        rig.Offer("first");
        Assert.Equal("first", (await rig.Receiver.NextAsync()).Reason);
        rig.Offer("second");
        rig.Offer("alarm", EventKinds.HashMismatch);
        gate.SetResult();
        Assert.Equal("alarm", (await rig.Receiver.NextAsync()).Reason);
        Assert.Equal("second", (await rig.Receiver.NextAsync()).Reason);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Delivery_that_fails_for_a_moment_is_sent_again_after_a_pause_as_the_same(int status)
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Script((status, null));
        rig.Offer("again");
        rig.Offer("next");
        var first = await rig.Receiver.NextAsync();
        await rig.UntilAsync(s => s.Failed == 1);
        Assert.False(rig.Receiver.HasMore);

        var second = await rig.Receiver.NextAsync(rig.Clock);
        Assert.Equal((first.Id, "again"), (second.Id, second.Reason));
        Assert.Equal(first.Body, second.Body);
        Assert.True(second.Verify(WebhookRig.Secret).Right);
        Assert.Equal("next", (await rig.Receiver.NextAsync()).Reason);
        Assert.Empty(rig.Told);
    }

    [Fact]
    public async Task Receiver_is_left_alone_as_long_as_it_asks()
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Script((429, "600"));
        rig.Offer("again");
        var first = (await rig.Receiver.NextAsync()).Verify(WebhookRig.Secret);
        var second = (await rig.Receiver.NextAsync(rig.Clock)).Verify(WebhookRig.Secret);
        Assert.True(first.Right && second.Right);
        // Signed anew: a receiver that turns old signatures away takes this one.
        Assert.InRange(second.Time - first.Time, 600, 3000);
    }

    [Fact]
    public async Task Pauses_grow_to_a_minute_and_no_further()
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Status = 503;
        rig.Offer("alarm", EventKinds.HashMismatch);
        await rig.Receiver.NextAsync();
        for (var i = 0; i < 12; i++) await rig.Receiver.NextAsync(rig.Clock);
        await rig.UntilAsync(s => s.Failed == 13);
        // The clock moves by at least a minute before the pause that it is to bring to its end has begun.
        for (var step = 0; !rig.Receiver.HasMore; step++)
        {
            Assert.InRange(step, 0, 60_000);
            rig.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(1);
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(307)]
    public async Task Delivery_that_is_refused_for_good_is_given_up_and_told_once(int status)
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Script((status, null), (status, null), (status, null));
        for (var i = 0; i < 4; i++) rig.Offer($"event {i}");
        for (var i = 0; i < 4; i++) Assert.Equal(("/hook/secret-path", $"event {i}"), await NextAsync(rig));
        await rig.UntilAsync(s => s is { Delivered: 1, Dropped: 3, Failing: false });
        Assert.Equal([EventKinds.WebhookDown, EventKinds.WebhookUp, EventKinds.WebhookDropped], rig.Told.Select(e => e.Kind));
        Assert.Equal(3, rig.Told.Last().Count);
        Assert.Contains($"answered {status}", rig.Told.First().Reason, StringComparison.Ordinal);
        Assert.Equal($"The receiver answered {status}{(status == 307 ? ": a redirect, and none is followed" : "")}.", rig.Webhook.State.LastError);
        Assert.False(rig.Receiver.HasMore); // It doesn't send what it tells of itself.
    }

    [Fact]
    public async Task Outage_is_told_once_and_so_is_its_end()
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Status = 500;
        rig.Offer("event");
        await rig.Receiver.NextAsync();
        await rig.UntilAsync(s => s.Failed == 1);
        Assert.Empty(rig.Told);
        await rig.UntilAsync(s => s.Failed >= 10, clockGoesOn: true);
        Assert.True(rig.Webhook.State.Failing);
        Assert.Equal(EventKinds.WebhookDown, Assert.Single(rig.Told).Kind);
        rig.Receiver.Status = 204;
        await rig.UntilAsync(s => s.Delivered == 1, clockGoesOn: true);
        Assert.Equal([EventKinds.WebhookDown, EventKinds.WebhookUp], rig.Told.Select(e => e.Kind));
    }

    [Fact]
    public async Task Test_that_arrives_ends_an_outage()
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Script((404, null), (404, null));
        rig.Offer("event");
        await rig.UntilAsync(s => s.Failing);
        Assert.Equal(404, (await rig.Webhook.TestAsync("ada", CancellationToken.None)).Status);
        Assert.True(rig.Webhook.State.Failing);
        Assert.True((await rig.Webhook.TestAsync("ada", CancellationToken.None)).IsDelivered);
        Assert.False(rig.Webhook.State.Failing);
        Assert.Contains(EventKinds.WebhookUp, rig.Told.Select(e => e.Kind));
    }

    [Fact]
    public async Task Delivery_that_always_fails_makes_way_for_others()
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Script([.. Enumerable.Repeat((500, (string?)null), 5)]);
        rig.Offer("poison");
        rig.Offer("sound");
        for (var i = 0; i < 5; i++) Assert.Equal("poison", (await rig.Receiver.NextAsync(rig.Clock)).Reason);
        Assert.Equal("sound", (await rig.Receiver.NextAsync(rig.Clock)).Reason);
        Assert.Equal("poison", (await rig.Receiver.NextAsync(rig.Clock)).Reason);
    }

    [Fact]
    public async Task Receiver_that_says_nothing_is_given_up_after_the_timeout()
    {
        await using var rig = await WebhookRig.StartAsync(("Timeout", "00:00:20"));
        rig.Receiver.Gate = new TaskCompletionSource().Task;
        rig.Offer("event");
        await rig.Receiver.NextAsync();
        await rig.UntilAsync(s => s.Failed == 1, clockGoesOn: true);
        Assert.Equal("No answer within 20 s.", rig.Webhook.State.LastError);
    }

    [Fact]
    public async Task Too_many_are_dropped_counted_and_told_once()
    {
        var gate = new TaskCompletionSource();
        await using var rig = await WebhookRig.StartAsync(("QueueLength", "10"));
        rig.Receiver.Gate = gate.Task;
        rig.Offer("under way");
        await rig.Receiver.NextAsync();
        for (var i = 0; i < 1000; i++) rig.Offer($"event {i}");
        for (var i = 0; i < 3; i++) rig.Offer($"alarm {i}", EventKinds.HashChanged);
        Assert.Equal((13, 991), (rig.Webhook.State.Queued, rig.Webhook.State.Dropped));
        gate.SetResult();
        for (var i = 0; i < 3; i++) Assert.Equal($"alarm {i}", (await rig.Receiver.NextAsync()).Reason);
        for (var i = 0; i < 9; i++) Assert.Equal($"event {i}", (await rig.Receiver.NextAsync()).Reason);
        await rig.UntilAsync(s => s.Queued == 0);
        var told = Assert.Single(rig.Told);
        Assert.Equal((EventKinds.WebhookDropped, 991), (told.Kind, told.Count));
    }

    [Fact]
    public async Task Alarms_wait_for_a_day_and_others_for_an_hour()
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Status = 503;
        rig.Offer("event");
        rig.Offer("alarm", EventKinds.HashMismatch);
        await rig.UntilAsync(s => s.Failed > 0);
        rig.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(2, rig.Webhook.State.Queued);
        await rig.UntilAsync(s => s is { Queued: 1, Dropped: 1 }, clockGoesOn: true);
        rig.Clock.Advance(TimeSpan.FromHours(22));
        Assert.Equal(1, rig.Webhook.State.Queued);
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.UntilAsync(s => s is { Queued: 0, Dropped: 2 }, clockGoesOn: true);
    }

    [Fact]
    public async Task Only_the_kinds_and_rules_that_are_named_are_sent()
    {
        await using var rig = await WebhookRig.StartAsync(("Kinds:0", "blocked"), ("Kinds:1", "store-alarm"), ("Rules:0", "malware"), ("Rules:1", "vulnerability"));
        rig.Offer("another rule", rule: "minimum-age");
        rig.Offer("another kind", EventKinds.Held);
        rig.Offer("of no rule", EventKinds.StoreAlarm, rule: null);
        rig.Offer("wanted");
        Assert.Equal(["of no rule", "wanted"], new[] { (await rig.Receiver.NextAsync()).Reason, (await rig.Receiver.NextAsync()).Reason }.Order());
        await rig.UntilAsync(s => s is { Delivered: 2, Queued: 0, Dropped: 0 });
    }

    private static async Task<(string Path, string? Reason)> NextAsync(WebhookRig rig)
    {
        var received = await rig.Receiver.NextAsync();
        return (received.Path, received.Reason);
    }
}
