namespace Hashgate.Proxy.Webhooks;

/// <summary>What a webhook's receiver understands.</summary>
public enum WebhookFormat
{
    /// <summary>Hashgate's own JSON.</summary>
    Generic,

    /// <summary>Slack's incoming webhooks, and what is compatible with them.</summary>
    Slack,

    /// <summary>CloudEvents 1.0 in JSON, structured mode.</summary>
    CloudEvents,
}
