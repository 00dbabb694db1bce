namespace Hashgate.Proxy.Webhooks;

/// <summary>What one attempt came to.</summary>
/// <param name="Status">The receiver's HTTP status; null where it gave none.</param>
/// <param name="Error">Why it was not delivered, in our words; null where it was.</param>
/// <param name="Body">The beginning of what the receiver wrote, as it wrote it.</param>
/// <param name="RetryAfter">How long the receiver asks us to wait.</param>
internal sealed record WebhookAnswer(int? Status, string? Error, string Body = "", TimeSpan? RetryAfter = null)
{
    public bool IsDelivered => Error is null;

    /// <summary>Another attempt may do better: there was no answer, or one that says so.</summary>
    public bool IsPassing => !IsDelivered && Status is null or 408 or 425 or 429 or >= 500;
}
