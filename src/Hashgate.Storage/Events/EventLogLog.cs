using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Events;

internal static partial class EventLogLog
{
    [LoggerMessage(3201, LogLevel.Warning, "Events can't be written; they wait, and are tried again in {Pause}")]
    public static partial void Waiting(this ILogger logger, TimeSpan pause, Exception error);

    [LoggerMessage(3202, LogLevel.Error, "{Count} events were refused by the store and are lost")]
    public static partial void Refused(this ILogger logger, int count, Exception error);

    [LoggerMessage(3203, LogLevel.Warning, "Old events can't be removed; it is tried again later")]
    public static partial void NotTrimmed(this ILogger logger, Exception error);
}
