using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Blobs.Disk;

internal static partial class BlobLog
{
    [LoggerMessage(3001, LogLevel.Error, "Blob {Digest} on disk no longer has its digest: it was changed after it was proven. It is removed and will be fetched anew")]
    public static partial void Changed(this ILogger logger, Sha256Digest digest);

    [LoggerMessage(3002, LogLevel.Error, "Blob {Digest} can't be read: it is kept, but not served")]
    public static partial void Unreadable(this ILogger logger, Sha256Digest digest, Exception error);

    [LoggerMessage(3003, LogLevel.Information, "Blob {Digest} was touched since it was last verified; its bytes are still right")]
    public static partial void VerifiedAgain(this ILogger logger, Sha256Digest digest);

    [LoggerMessage(3004, LogLevel.Warning, "No room for a new file: {FreeBytes} bytes are free, {MinFreeBytes} must stay free, {ExpectedBytes} more were asked for")]
    public static partial void NoRoom(this ILogger logger, long freeBytes, long minFreeBytes, long expectedBytes);

    [LoggerMessage(3005, LogLevel.Warning, "The disk filled up while a file was written")]
    public static partial void DiskFull(this ILogger logger, Exception error);

    [LoggerMessage(3006, LogLevel.Warning, "The blob index {Path} can't be written; blobs will be verified again after a restart")]
    public static partial void IndexNotWritten(this ILogger logger, string path, Exception error);

    [LoggerMessage(3007, LogLevel.Information, "Evicted {Count} blobs, {Bytes} bytes; {IrreplaceableCount} of them are no longer to be had from their upstream")]
    public static partial void Evicted(this ILogger logger, int count, long bytes, int irreplaceableCount);

    [LoggerMessage(3008, LogLevel.Information, "Found {Count} blobs, {Bytes} bytes; {Adopted} of them not in the index, {Missing} in the index were gone")]
    public static partial void Reconciled(this ILogger logger, int count, long bytes, int adopted, int missing);

    [LoggerMessage(3009, LogLevel.Warning, "{Path} is no blob's name: left alone")]
    public static partial void Stray(this ILogger logger, string path);

    [LoggerMessage(3010, LogLevel.Information, "Scrub done: {Blobs} blobs, {Bytes} bytes read, {Removed} removed, {Unreadable} unreadable")]
    public static partial void Scrubbed(this ILogger logger, long blobs, long bytes, long removed, long unreadable);

    [LoggerMessage(3011, LogLevel.Error, "Looking after the blobs failed; it is tried again")]
    public static partial void UpkeepFailed(this ILogger logger, Exception error);

    [LoggerMessage(3012, LogLevel.Warning, "{Path} can't be removed")]
    public static partial void NotRemoved(this ILogger logger, string path, Exception error);

    [LoggerMessage(3013, LogLevel.Information, "Removed {Count} unfinished files of an earlier run")]
    public static partial void StagingEmptied(this ILogger logger, int count);
}
