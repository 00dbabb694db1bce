using Hashgate.Core.Blobs;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Core.Serving;

/// <summary>Files that an upstream changed or no longer lists: told of, and their bytes kept longest, since they can't be had again.</summary>
public sealed class VanishedFiles(IBlobStore blobs, IEventLog events, TimeProvider time)
{
    /// <summary>The recorded files of a view that the next one no longer has.</summary>
    public static IEnumerable<FileFacts> Between(ProjectView before, ProjectView after)
    {
        var listed = after.Facts.Files.Where(f => f.RemovedSince is null).Select(f => f.Name.Key).ToHashSet();
        return before.Facts.Files.Where(f => f.RemovedSince is null && !listed.Contains(f.Name.Key));
    }

    /// <summary>One event for all of them.</summary>
    public void Tell(ProjectView view, IEnumerable<FileFacts> files, string reason)
    {
        var recorded = files.Where(f => f.Record is not null).ToArray();
        foreach (var file in recorded) Keep(file.Record!);
        if (recorded.Length == 0) return;
        events.Record(new Event
        {
            Kind = EventKinds.Removed,
            When = time.GetUtcNow(),
            Upstream = view.Upstream.Name,
            Project = view.Project,
            Filename = recorded is [var only] ? only.File.Filename : null,
            Count = recorded.Length,
            Reason = reason,
        });
    }

    /// <summary>Marks the recorded bytes as irreplaceable.</summary>
    public void Keep(TrustRecord record) => blobs.MarkIrreplaceable(record.Sha256);
}
