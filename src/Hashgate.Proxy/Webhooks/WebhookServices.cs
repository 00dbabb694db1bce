using Hashgate.Core.Events;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Webhooks;

/// <summary>Puts the webhooks together.</summary>
internal static class WebhookServices
{
    public static void AddWebhooks(this IServiceCollection services, HashgateSettings settings)
    {
        services.AddSingleton(provider => Create(settings, provider));
        services.AddSingleton<WebhookOperations>();
        if (!settings.Webhooks.Any(w => w.Enabled)) return;
        services.AddSingleton<IEventObserver>(provider => provider.GetRequiredService<WebhookDispatcher>());
        services.AddHostedService(provider => provider.GetRequiredService<WebhookDispatcher>());
    }

    private static WebhookDispatcher Create(HashgateSettings settings, IServiceProvider provider)
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var logger = provider.GetRequiredService<ILogger<WebhookDispatcher>>();
        return new WebhookDispatcher(
            [.. settings.Webhooks.Where(w => w.Enabled).Select(CreateOne)],
            [.. settings.Webhooks.Where(w => !w.Enabled).Select(WebhookState.First)],
            logger);

        // The log depends on who is told of its events: it is asked for when there is something to record.
        Webhook CreateOne(WebhookSettings webhook) => new(
            webhook,
            new WebhookSender(webhook, settings.PublicUrl, UserAgent.Of(settings.ClientOptions), time),
            Path.Combine(settings.DataDirectory, "webhooks", webhook.Name),
            happened => provider.GetRequiredService<IEventLog>().Record(happened),
            time,
            logger);
    }
}
