namespace Hashgate.Proxy.Webhooks;

/// <summary>Event ids 3900 to 3999.</summary>
internal static partial class WebhookLog
{
    [LoggerMessage(3901, LogLevel.Error, "Webhook {Webhook} delivers nothing any more: {Problem}")]
    public static partial void Down(this ILogger logger, string webhook, string? problem);

    [LoggerMessage(3902, LogLevel.Information, "Webhook {Webhook} delivers again")]
    public static partial void Up(this ILogger logger, string webhook);

    [LoggerMessage(3903, LogLevel.Warning, "{Count} deliveries of webhook {Webhook} were given up: refused by the receiver, too many, or too old")]
    public static partial void Dropped(this ILogger logger, long count, string webhook);

    [LoggerMessage(3904, LogLevel.Warning, "What waits for webhook {Webhook} can't be kept on disk, and would be lost with this process: {Problem}")]
    public static partial void NotKept(this ILogger logger, string webhook, string problem);

    [LoggerMessage(3905, LogLevel.Warning, "{Count} deliveries of webhook {Webhook} that an earlier run left can't be read and are lost")]
    public static partial void Unreadable(this ILogger logger, int count, string webhook);

    [LoggerMessage(3906, LogLevel.Critical, "Webhook {Webhook} ended")]
    public static partial void Ended(this ILogger logger, string webhook, Exception error);
}
