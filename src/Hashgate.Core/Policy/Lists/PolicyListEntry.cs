using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Policy.Lists;

/// <summary>One line of an allowlist or blocklist: which projects, which versions of them, which files.</summary>
public sealed record PolicyListEntry
{
    /// <summary>The one project; null where <see cref="Glob"/> names several.</summary>
    public ProjectName? Project { get; init; }

    /// <summary>The projects whose names fit; null where <see cref="Project"/> names one.</summary>
    public NameGlob? Glob { get; init; }

    /// <summary><see cref="VersionSpecifiers.Any"/> where none is named.</summary>
    public VersionSpecifiers Versions { get; init; } = VersionSpecifiers.Any;

    /// <summary>The files meant, by sha256; empty: every file of the versions.</summary>
    public IReadOnlySet<Sha256Digest> Hashes { get; init; } = NoHashes;

    /// <summary>Why the entry is there, at most <see cref="PolicyListReader.MaxReason"/> characters of any text; null where nobody said.</summary>
    public string? Reason { get; init; }

    /// <summary>It speaks of the whole project: no version, no hash.</summary>
    public bool IsWhole => Versions.Items.Count == 0 && Hashes.Count == 0;

    private static readonly HashSet<Sha256Digest> NoHashes = [];

    public override string ToString() => $"{Project?.Value ?? Glob?.Pattern}{Versions}";
}
