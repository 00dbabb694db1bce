using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// One project's page as its upstream told it: unfiltered, URLs absolute. The fields follow the PyPA "simple repository
/// API" (JSON, version 1.x); an HTML page is read into the same shape.
/// </summary>
public sealed record ProjectPage
{
    /// <summary>The project that was asked for.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The name as the upstream spells it (<c>name</c>); for display only.</summary>
    public required string DisplayName { get; init; }

    /// <summary><c>meta.api-version</c>, "1.0" where the upstream tells none.</summary>
    public required ApiVersion ApiVersion { get; init; }

    /// <summary><c>project-status</c> (PEP 792).</summary>
    public ProjectStatus Status { get; init; } = ProjectStatus.Active;

    /// <summary><c>_last-serial</c>, or the X-PyPI-Last-Serial header where the page lacks it.</summary>
    public long? LastSerial { get; init; }

    /// <summary><c>versions</c> (1.1 and later), null where the upstream has none.</summary>
    public IReadOnlyList<string>? Versions { get; init; }

    public required IReadOnlyList<ProjectFile> Files { get; init; }

    /// <summary>Entries that the reader left out because they can't be files of this project, each with its reason.</summary>
    public IReadOnlyList<DroppedFile> Dropped { get; init; } = [];

    /// <summary>Top-level keys that this model does not know, kept to be passed on.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extra { get; init; } = System.Collections.Frozen.FrozenDictionary<string, JsonElement>.Empty;

    /// <summary>Keys of <c>meta</c> that this model does not know, kept to be passed on.</summary>
    public IReadOnlyDictionary<string, JsonElement> ExtraMeta { get; init; } = System.Collections.Frozen.FrozenDictionary<string, JsonElement>.Empty;
}

/// <summary>A version of the simple API.</summary>
public readonly record struct ApiVersion(int Major, int Minor)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}

/// <summary>A project status marker (PEP 792): <c>active</c>, <c>archived</c>, <c>quarantined</c>, <c>deprecated</c>, or one not yet known.</summary>
public sealed record ProjectStatus(string Status, string? Reason)
{
    public static readonly ProjectStatus Active = new("active", null);

    /// <summary>A quarantined project's files must not be offered, cached or not.</summary>
    public bool IsQuarantined => Status == "quarantined";
}

/// <summary>An entry of an upstream's page that is not served: its filename names another project, or is no filename at all.</summary>
public sealed record DroppedFile(string Filename, string Reason);
