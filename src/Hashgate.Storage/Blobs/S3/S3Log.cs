using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Blobs.S3;

internal static partial class S3Log
{
    [LoggerMessage(3321, LogLevel.Warning, "The shared blob {Digest} can't be read; the upstream is asked instead")]
    public static partial void NotRead(this ILogger logger, Sha256Digest digest, Exception error);

    [LoggerMessage(3322, LogLevel.Information, "The parts of a file that is not shared could not be taken back; the bucket's own rule for unfinished uploads removes them")]
    public static partial void PartsLeft(this ILogger logger, Exception error);

    [LoggerMessage(4201, LogLevel.Warning, "The object store fails; it is left alone until it answers again")]
    public static partial void Failed(this ILogger logger, Exception error);

    [LoggerMessage(4202, LogLevel.Information, "The object store answers again")]
    public static partial void Recovered(this ILogger logger);
}
