using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>What came of looking for a file by its path.</summary>
public abstract record FileLookup
{
    private FileLookup() { }

    /// <summary>An entry of its project's page, allowed.</summary>
    /// <param name="IsMetadata">The file's core metadata was asked for, not the file.</param>
    public sealed record Found(ProjectView View, FileFacts File, FileDecision Decision, bool IsMetadata) : FileLookup
    {
        /// <summary>What goes over the wire is called.</summary>
        public string ServedName => IsMetadata ? File.File.Filename + MetadataSuffix : File.File.Filename;
    }

    /// <summary>Refused by policy, or not served under this upstream.</summary>
    /// <param name="Version">Null where the filename has no readable one.</param>
    public sealed record Refused(ProjectName Project, string? Version, string Filename, Finding Finding) : FileLookup;

    /// <summary>No page has it.</summary>
    public sealed record Missing : FileLookup;

    /// <summary>Whether it exists can't be told: its project's page is not to be had.</summary>
    public sealed record Unavailable(Upstream Upstream, FetchError Error) : FileLookup;

    public const string MetadataSuffix = ".metadata";

    /// <summary>The file that a name or path speaks of, which may be that of its core metadata.</summary>
    public static string FileOf(string name, out bool isMetadata)
    {
        isMetadata = name.EndsWith(MetadataSuffix, StringComparison.Ordinal);
        return isMetadata ? name[..^MetadataSuffix.Length] : name;
    }
}

/// <summary>What there is to send for a file that was found.</summary>
public abstract record FileContent
{
    private FileContent() { }

    /// <summary>Proven bytes; the blob is the receiver's to dispose of.</summary>
    /// <param name="JustNow">Proven while this very request waited.</param>
    public sealed record Proven(Blobs.IBlob Blob, Sha256Digest Digest, bool JustNow) : FileContent;

    /// <summary>A fetch to follow while it runs; the follower is the receiver's to dispose of.</summary>
    public sealed record Growing(FetchFollower Follower) : FileContent;

    /// <summary>Recorded as proven, not here, and to be had from the blobs that replicas share, at this address.</summary>
    public sealed record Elsewhere(Uri Url) : FileContent;

    /// <summary>Only known by its record so far (HEAD).</summary>
    public sealed record Recorded(long? Length) : FileContent;

    /// <summary>The proof failed.</summary>
    public sealed record Refused(Finding Finding) : FileContent;

    /// <summary>The upstream no longer has it.</summary>
    public sealed record Missing : FileContent;

    public sealed record Unavailable(FetchError Error) : FileContent;

    /// <summary>Too much is under way, or the proof takes longer than a client waits.</summary>
    public sealed record Busy(TimeSpan RetryAfter, string Reason) : FileContent;
}
