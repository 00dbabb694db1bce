using Hashgate.Core.Events;
using Hashgate.Proxy.Hosting.Settings;
using Polly;

namespace Hashgate.Proxy.Webhooks;

/// <summary>
/// One receiver and what waits for it. Offering an event touches memory only. One delivery is under way at a time, alarms first; one that
/// fails goes first again after a pause, until others that may fare better go before it. What waits is kept on disk as well, a second behind.
/// </summary>
internal sealed class Webhook : IDisposable
{
    /// <summary>The kind of the event that a test sends; it stands in no log.</summary>
    public const string TestKind = "webhook-test";

    private const int AttemptsBeforeOthers = 5;
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellDroppedEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan AlarmsWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan OthersWait = TimeSpan.FromHours(1);

    private readonly WebhookSettings _settings;
    private readonly Action<Event> _record;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WebhookSender _sender;
    private readonly WebhookHealth _health;
    private readonly DeliveryQueue _queue;
    private readonly DeliverySpool _spool;
    private readonly ResiliencePipeline<WebhookAnswer> _retries;
    private readonly Lock _keeping = new();
    private Delivery? _failing;
    private int _attempts;
    private DateTimeOffset _tellDroppedAt;
    private bool _isKept = true;
    private volatile bool _ended;

    /// <param name="folder">Where what waits is kept.</param>
    /// <param name="record">Takes what is to be told about the webhook itself.</param>
    public Webhook(WebhookSettings settings, WebhookSender sender, string folder, Action<Event> record, TimeProvider time, ILogger logger)
    {
        (_settings, _sender, _record, _time, _logger) = (settings, sender, record, time, logger);
        _health = new WebhookHealth(settings, time);
        _queue = new DeliveryQueue(settings.QueueLength);
        _spool = new DeliverySpool(folder);
        _retries = WebhookRetries.Build(time);
    }

    public string Name => _settings.Name;

    public WebhookState State => _health.Now with { Queued = _queue.Count };

    /// <summary>Stands as the actor in the events about a webhook.</summary>
    public static string ActorOf(string name) => "webhook " + name;

    /// <summary>Takes an event on if it is one for this receiver; never waits.</summary>
    public void Offer(StoredEvent stored)
    {
        if (!_settings.Wants(stored.Event)) return;
        if (!_queue.TryAdd(Delivery.Of(stored, _time.GetUtcNow()))) _health.Dropped(1);
        // The last events of a process come when nothing is sent any more.
        if (_ended) Keep();
    }

    /// <summary>Sends what is offered, and what an earlier run left, until asked to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _tellDroppedAt = _time.GetUtcNow();
        Restore();
        try
        {
            await Task.WhenAll(SendAllAsync(cancellationToken), KeepAllAsync(cancellationToken));
        }
        finally
        {
            _ended = true;
            Keep();
            TellDropped();
        }
    }

    /// <summary>Sends one event now, past everything that waits; one that arrives ends an outage.</summary>
    public async Task<WebhookAnswer> TestAsync(string caller, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var happened = new Event { Kind = TestKind, When = now, Actor = caller, Reason = $"A test of the webhook {Name}: nothing has happened." };
        var answer = await _sender.SendAsync(Delivery.Of(new StoredEvent("test", happened), now), readBody: true, cancellationToken);
        if (answer.IsDelivered) Succeeded();
        return answer;
    }

    public void Dispose() => _sender.Dispose();

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _queue.WaitAsync(cancellationToken);
            await _retries.ExecuteAsync(static async (webhook, token) => await webhook.SendNextAsync(token), this, cancellationToken);
        }
    }

    private async Task<WebhookAnswer> SendNextAsync(CancellationToken cancellationToken)
    {
        if (_queue.Next() is not { } delivery) return new WebhookAnswer(null, null);
        var answer = await _sender.SendAsync(delivery, readBody: false, cancellationToken);
        if (!answer.IsPassing) _queue.Remove(delivery);
        else if (CountAttempt(delivery) >= AttemptsBeforeOthers) _queue.MoveBack(delivery);
        if (answer.IsDelivered) Succeeded();
        else Failed(answer);
        return answer;
    }

    private int CountAttempt(Delivery delivery)
    {
        _attempts = ReferenceEquals(_failing, delivery) ? _attempts + 1 : 1;
        _failing = delivery;
        return _attempts;
    }

    private void Succeeded()
    {
        if (_health.Succeeded())
        {
            _logger.Up(Name);
            Tell(EventKinds.WebhookUp, $"The webhook {Name} delivers again.");
        }
        if (_time.GetUtcNow() >= _tellDroppedAt) TellDropped();
    }

    private void Failed(WebhookAnswer answer)
    {
        if (!answer.IsPassing) _health.Dropped(1);
        if (!_health.Failed(answer)) return;
        _logger.Down(Name, answer.Error);
        Tell(EventKinds.WebhookDown, $"The webhook {Name} delivers nothing any more: {answer.Error}");
    }

    private void DropOld()
    {
        var now = _time.GetUtcNow();
        foreach (var delivery in _queue.All().Where(d => now - d.Accepted >= (d.IsAlarm ? AlarmsWait : OthersWait)))
        {
            _queue.Remove(delivery);
            _health.Dropped(1);
        }
    }

    /// <summary>Once an hour at most: where deliveries are lost all the time, one event for each would be one more to lose.</summary>
    private void TellDropped()
    {
        if (_health.TakeUntold() is not (> 0 and var count)) return;
        _tellDroppedAt = _time.GetUtcNow() + TellDroppedEvery;
        _logger.Dropped(count, Name);
        Tell(EventKinds.WebhookDropped, $"Deliveries of the webhook {Name} were given up: refused by the receiver, too many, or too old.", (int)Math.Min(count, int.MaxValue));
    }

    private void Tell(string kind, string reason, int count = 1) =>
        _record(new Event { Kind = kind, When = _time.GetUtcNow(), Actor = ActorOf(Name), Reason = reason, Count = count });

    private void Restore()
    {
        lock (_keeping)
        {
            try
            {
                var without = _queue.Restore(_spool.Read(out var unreadable));
                if (unreadable > 0) _logger.Unreadable(unreadable, Name);
                if (without + unreadable > 0) _health.Dropped(without + unreadable);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                _logger.NotKept(Name, problem.Message);
            }
        }
    }

    private async Task KeepAllAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(KeepEvery, _time);
        do
        {
            DropOld();
            Keep();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private void Keep()
    {
        lock (_keeping)
        {
            try
            {
                _spool.Keep(_queue.All());
                _isKept = true;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // Told once: a full disk stays full for a while.
                if (_isKept) _logger.NotKept(Name, problem.Message);
                _isKept = false;
            }
        }
    }
}
