using Hashgate.Core.Events;

namespace Hashgate.Proxy.Webhooks;

/// <summary>Every webhook that is configured. Each replica delivers the events that it wrote itself, so that none is delivered twice.</summary>
/// <param name="webhooks">Those that are enabled.</param>
/// <param name="disabled">What is to be seen of the others.</param>
internal sealed class WebhookDispatcher(IReadOnlyList<Webhook> webhooks, IReadOnlyList<WebhookState> disabled, ILogger<WebhookDispatcher> logger) : BackgroundService, IEventObserver
{
    /// <summary>How each is doing, for people, readiness and metrics.</summary>
    public IReadOnlyList<WebhookState> States => [.. webhooks.Select(w => w.State).Concat(disabled).OrderBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>What keeps webhooks from delivering.</summary>
    public IEnumerable<string> Problems => webhooks.Select(w => w.State).Where(s => s.Failing)
        .Select(s => FormattableString.Invariant($"webhook {s.Name} delivers nothing: {s.LastError} {s.Queued} deliveries wait, {s.Dropped} were given up"));

    /// <summary>The enabled webhook of that name.</summary>
    public Webhook? Find(string name) => webhooks.FirstOrDefault(w => w.Name == name);

    public void Written(IReadOnlyList<StoredEvent> events)
    {
        foreach (var webhook in webhooks)
        {
            foreach (var stored in events) webhook.Offer(stored);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(webhooks.Select(webhook => RunAsync(webhook, stoppingToken)));

    public override void Dispose()
    {
        foreach (var webhook in webhooks) webhook.Dispose();
        base.Dispose();
    }

    private async Task RunAsync(Webhook webhook, CancellationToken stoppingToken)
    {
        try
        {
            await Task.Run(() => webhook.RunAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the process.
        }
        catch (Exception error)
        {
            logger.Ended(webhook.Name, error);
            throw;
        }
    }
}
