using Hashgate.Core.Packaging;

namespace Hashgate.Core.Locks;

/// <summary>One thing that a requirements or lock file asks for.</summary>
/// <param name="Name">As the file writes it.</param>
/// <param name="Project">Null where the name is none.</param>
public sealed record LockedItem(string Name, ProjectName? Project)
{
    /// <summary>Which versions; for a lock the one.</summary>
    public VersionSpecifiers Versions { get; init; } = VersionSpecifiers.Any;

    /// <summary>Any one of these files will do; empty: the file names none.</summary>
    public IReadOnlyList<LockedFile> Files { get; init; } = [];

    /// <summary>For which environments, as written; kept and not evaluated.</summary>
    public string? Marker { get; init; }

    /// <summary>Why it can't be checked; null where it can.</summary>
    public string? Unchecked { get; init; }

    /// <summary>Whether exactly one version will do.</summary>
    public bool IsPinned => Versions.Items is [{ Operator: SpecifierOperator.Equal or SpecifierOperator.Arbitrary } only] && !only.VersionText.EndsWith(".*", StringComparison.Ordinal);
}

/// <summary>A file that a lock promises.</summary>
/// <param name="Filename">Null where only the hash is named.</param>
public sealed record LockedFile(string? Filename, Sha256Digest Sha256);
