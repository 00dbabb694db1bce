using Hashgate.Core.Events;

namespace Hashgate.Proxy.Tests.Webhooks;

/// <summary>What waits for a receiver waits over a restart.</summary>
public sealed class WebhookRestartTests
{
    [Fact]
    public async Task Undelivered_events_are_delivered_by_the_next_run_as_the_same()
    {
        await using var before = await WebhookRig.StartAsync();
        before.Receiver.Status = 503;
        before.Offer("first");
        before.Offer("second");
        before.Offer("alarm", EventKinds.HashMismatch);
        var attempt = await before.Receiver.NextAsync();
        await before.UntilAsync(s => s.Failed == 1);
        await before.StopAsync();
        while (before.Receiver.HasMore) await before.Receiver.NextAsync();
        before.Receiver.Status = 200;

        var next = before.Restart();
        var received = new List<Received>();
        while (received.Count < 3) received.Add(await next.Receiver.NextAsync());
        await next.UntilAsync(s => s is { Queued: 0, Dropped: 0 });
        Assert.Equal(["alarm", "first", "second"], received.Select(r => r.Reason));
        Assert.Contains(attempt.Id, received.Select(r => r.Id));
        next.Clock.Advance(TimeSpan.FromSeconds(1));
        await next.StopAsync();
        Assert.Empty(next.Kept);
    }

    [Fact]
    public async Task What_waits_is_on_disk_a_second_later_and_gone_once_delivered()
    {
        await using var rig = await WebhookRig.StartAsync();
        rig.Receiver.Status = 503;
        rig.Offer("event");
        await rig.UntilAsync(s => s.Failed > 0);
        await rig.UntilAsync(_ => rig.Kept.Length == 1, clockGoesOn: true);
        rig.Receiver.Status = 200;
        await rig.UntilAsync(s => s.Delivered == 1 && rig.Kept.Length == 0, clockGoesOn: true);
    }

    [Fact]
    public async Task Event_that_comes_when_nothing_is_sent_any_more_is_kept()
    {
        await using var rig = await WebhookRig.StartAsync();
        await rig.StopAsync();
        rig.Offer("last words");
        Assert.Contains("last words", await File.ReadAllTextAsync(Assert.Single(rig.Kept)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_was_cut_short_is_counted_and_costs_no_other()
    {
        await using var before = await WebhookRig.StartAsync();
        before.Receiver.Status = 503;
        before.Offer("whole");
        before.Offer("cut");
        await before.UntilAsync(_ => before.Kept.Length == 2, clockGoesOn: true);
        await before.StopAsync();
        var cut = before.Kept.Single(path => File.ReadAllText(path).Contains("cut", StringComparison.Ordinal));
        await File.WriteAllTextAsync(cut, (await File.ReadAllTextAsync(cut))[..20]);
        while (before.Receiver.HasMore) await before.Receiver.NextAsync();
        before.Receiver.Status = 200;

        var next = before.Restart();
        Assert.Equal("whole", (await next.Receiver.NextAsync()).Reason);
        await next.UntilAsync(s => s is { Queued: 0, Dropped: 1 });
        await next.StopAsync();
    }

    [Fact]
    public async Task Disk_that_takes_nothing_keeps_no_delivery_from_going_out()
    {
        await using var rig = await WebhookRig.StartAsync();
        await File.WriteAllTextAsync(rig.Folder, "no folder");
        rig.Receiver.Script((503, null));
        rig.Offer("event");
        await rig.Receiver.NextAsync();
        Assert.Equal("event", (await rig.Receiver.NextAsync(rig.Clock)).Reason);
    }
}
