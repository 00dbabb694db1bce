using Hashgate.Core.Blobs;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Serving;

/// <summary>What replicas do together about files: shared blobs, and one fetch in all.</summary>
public sealed partial class SharedFetching(ISharedBlobs blobs, WorkTurns turns, IEventLog events, TimeProvider time, ILogger<SharedFetching> logger)
{
    public ISharedBlobs Blobs => blobs;

    public WorkTurns Turns => turns;

    /// <summary>A shared blob is not what its name says: told as an alarm of the store's, and taken away.</summary>
    public async Task DiscardAsync(Sha256Digest digest, string reason, CancellationToken cancellationToken)
    {
        LogDamaged(digest, reason);
        events.Record(new Event { Kind = EventKinds.StoreAlarm, When = time.GetUtcNow(), Reason = $"the shared blob {digest} was not what its name says and is removed: {reason}" });
        try
        {
            await blobs.RemoveAsync(digest, cancellationToken);
        }
        catch (IOException error)
        {
            LogNotRemoved(digest, error);
        }
    }

    /// <summary>Makes a proven file visible to all replicas; a failure costs them a fetch of their own.</summary>
    public async Task PublishAsync(ISharedUpload upload, Sha256Digest digest, long length)
    {
        try
        {
            await upload.PublishAsync(digest, length, CancellationToken.None);
        }
        catch (IOException error)
        {
            LogNotShared(digest, error);
        }
    }

    [LoggerMessage(2141, LogLevel.Error, "The shared blob {Digest} is damaged and is removed: {Reason}")]
    private partial void LogDamaged(Sha256Digest digest, string reason);

    [LoggerMessage(2142, LogLevel.Warning, "The damaged shared blob {Digest} can't be removed")]
    private partial void LogNotRemoved(Sha256Digest digest, Exception error);

    [LoggerMessage(2143, LogLevel.Warning, "The blob {Digest} can't be shared; other replicas fetch it themselves")]
    private partial void LogNotShared(Sha256Digest digest, Exception error);
}
