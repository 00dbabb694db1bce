using Hashgate.Core.Events;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Webhooks;

/// <summary>What operators do with webhooks, for the API and the dashboard.</summary>
internal sealed class WebhookOperations(WebhookDispatcher webhooks, Acts acts, TimeProvider time)
{
    /// <summary>Sends an event that tells of nothing, past all that wait, and returns what became of it; null where no enabled webhook has that name.</summary>
    /// <exception cref="Core.Trust.StoreUnavailableException">The act can't be put on record; nothing was sent.</exception>
    public async Task<WebhookAnswer?> TestAsync(string name, string actor, CancellationToken cancellationToken)
    {
        if (webhooks.Find(name) is not { } webhook) return null;
        var act = new Event { Kind = EventKinds.Acted, When = time.GetUtcNow(), Actor = actor, Reason = $"the webhook {name} was tested" };
        return await acts.DoAsync(act, () => webhook.TestAsync(actor, cancellationToken), static answer => answer.Error is { } error ? $"the test was not delivered: {error}" : null);
    }
}
