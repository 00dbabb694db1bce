using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Pages;

internal static partial class PageLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The stored page of {Project} from {Upstream} can't be used: {Reason}. It will be fetched anew")]
    public static partial void Unusable(this ILogger logger, string upstream, string project, string? reason);

    [LoggerMessage(3102, LogLevel.Warning, "The page of {Project} from {Upstream} can't be stored; it is served from memory only")]
    public static partial void NotStored(this ILogger logger, string upstream, string project, Exception error);

    [LoggerMessage(3103, LogLevel.Warning, "The shared page store does not answer; pages come from this replica's disk, and it is asked again in {Pause}")]
    public static partial void SharedAway(this ILogger logger, TimeSpan pause, Exception error);

    [LoggerMessage(3104, LogLevel.Warning, "{Path} is no stored page: left alone")]
    public static partial void Stray(this ILogger logger, string path);

    [LoggerMessage(3105, LogLevel.Warning, "The stored page file {Path} can't be read")]
    public static partial void Unreadable(this ILogger logger, string path, Exception error);

    [LoggerMessage(4301, LogLevel.Information, "The page of {Project} from {Upstream} came late: other replicas have a later one, which stays")]
    public static partial void Outdated(this ILogger logger, string upstream, string project);
}
