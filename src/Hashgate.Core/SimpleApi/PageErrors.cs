using System.Text.Json;

namespace Hashgate.Core.SimpleApi;

/// <summary>Where the JSON readers' exceptions end and values begin.</summary>
internal static class PageErrors
{
    public static PageError From(JsonException problem) => problem switch
    {
        PageLimitException => new(PageErrorKind.TooLarge, problem.Message),
        PageVersionException => new(PageErrorKind.UnsupportedVersion, problem.Message),
        // The parser's own message may quote the page; ours carry no position.
        { LineNumber: { } line } => new(PageErrorKind.Malformed, $"The JSON is malformed at line {line + 1}, byte {problem.BytePositionInLine}."),
        _ => new(PageErrorKind.Malformed, problem.Message),
    };

    public static PageError TooManyBytes(PageLimits limits) => new(PageErrorKind.TooLarge, $"The page has more than {limits.MaxBytes} bytes.");

    public static PageError TooManyFiles(PageLimits limits) => new(PageErrorKind.TooLarge, $"The page has more than {limits.MaxFiles} files.");

    public static PageError TooManyProjects(PageLimits limits) => new(PageErrorKind.TooLarge, $"The list has more than {limits.MaxProjects} projects.");

    /// <summary>What is wrong with a version that a page tells; null where it is one we read (a newer minor is).</summary>
    public static PageError? CheckVersion(string told, out ApiVersion version)
    {
        if (!ApiVersion.TryParse(told, out version)) return new(PageErrorKind.Malformed, "The page's API version is not one.");
        return version.Major == ApiVersion.Oldest.Major
            ? null
            : new(PageErrorKind.UnsupportedVersion, $"The page is of API version {version}; only 1.x is known.");
    }
}

/// <summary>Over a limit.</summary>
internal sealed class PageLimitException(string message) : JsonException(message);

/// <summary>Of an unknown major version.</summary>
internal sealed class PageVersionException(string message) : JsonException(message);
