using System.Collections.Concurrent;
using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Tests.Hosting;
using Hashgate.Proxy.Webhooks;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Proxy.Tests.Webhooks;

/// <summary>One webhook over a receiver, its clock, its folder, and what it tells of itself.</summary>
internal sealed class WebhookRig : IAsyncDisposable
{
    public const string Secret = "0123456789abcdef-secret";

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _number;

    public required FakeReceiver Receiver { get; init; }

    public ManualTimeProvider Clock { get; } = new();

    /// <summary>What it told of itself.</summary>
    public ConcurrentQueue<Event> Told { get; } = new();

    public Webhook Webhook { get; private set; } = null!;

    public string Folder => Path.Combine(_directory.Path, "ops");

    /// <summary>The files of what waits.</summary>
    public string[] Kept => Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [];

    /// <param name="values">Settings below <c>Webhooks:ops:</c>.</param>
    public static async Task<WebhookRig> StartAsync(params (string Key, string? Value)[] values)
    {
        var rig = new WebhookRig { Receiver = await FakeReceiver.StartAsync() };
        rig.Make(values);
        rig.Start();
        return rig;
    }

    /// <summary>Makes the webhook anew, as the next start does.</summary>
    public void Make(params (string Key, string? Value)[] values)
    {
        var all = new Dictionary<string, string?> { ["Url"] = Receiver.Url.AbsoluteUri, ["Secret"] = Secret, ["Kinds:0"] = "all" };
        foreach (var (key, value) in values) all[key] = value;
        var settings = LoadedSettings.Right([.. all.Select(v => ("Webhooks:ops:" + v.Key, v.Value))]).Webhooks.Single();
        Webhook = new Webhook(settings, new WebhookSender(settings, "https://hashgate.example", "Hashgate/1", Clock), Folder, Tell, Clock, NullLogger.Instance);
    }

    public void Start() => _running = Task.Run(() => Webhook.RunAsync(_stop.Token));

    /// <summary>Offers an event as the log does once it is written.</summary>
    public void Offer(string reason, string kind = EventKinds.Blocked, string? rule = "malware") => Webhook.Offer(new StoredEvent((++_number).ToString(CultureInfo.InvariantCulture), new Event
    {
        Kind = kind,
        When = Clock.GetUtcNow(),
        Project = ProjectName.Parse("demo"),
        Version = "1.0",
        Filename = "demo-1.0-py3-none-any.whl",
        Rule = rule,
        Reason = reason,
        Client = "192.0.2.1",
    }));

    /// <summary>Waits, while the clock stands still, for what comes about by itself.</summary>
    public async Task UntilAsync(Func<WebhookState, bool> holds, bool clockGoesOn = false)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds(Webhook.State))
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"It didn't come to pass: {Webhook.State}");
            if (clockGoesOn) Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
    }

    /// <summary>Ends it as the end of the process does.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Webhook.Dispose();
    }

    /// <summary>Another run of the program over what this one left when it was stopped.</summary>
    public WebhookRig Restart()
    {
        var next = new WebhookRig { Receiver = Receiver };
        Directory.Move(Folder, next.Folder);
        next.Clock.Advance(Clock.GetUtcNow() - next.Clock.GetUtcNow());
        next.Make();
        next.Start();
        return next;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Receiver.DisposeAsync();
        _stop.Dispose();
        _directory.Dispose();
    }

    /// <summary>As the log does: what is told comes back as written.</summary>
    private void Tell(Event happened)
    {
        Told.Enqueue(happened);
        Webhook.Offer(new StoredEvent("told", happened));
    }
}
