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

    /// <summary>The files in the page's order; no filename stands twice.</summary>
    public required IReadOnlyList<ProjectFile> Files { get; init; }

    /// <summary>Entries that the reader left out because they can't be files of this project, each with its reason.</summary>
    public IReadOnlyList<DroppedFile> Dropped { get; init; } = [];

    /// <summary>Files that the upstream listed once and lists no more, as it listed them last. Only in what is kept: no upstream tells of them.</summary>
    public IReadOnlyList<RemovedFile> Removed { get; init; } = [];

    /// <summary>Top-level keys that this model does not know, kept to be passed on.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extra { get; init; } = System.Collections.Frozen.FrozenDictionary<string, JsonElement>.Empty;

    /// <summary>Keys of <c>meta</c> that this model does not know, kept to be passed on.</summary>
    public IReadOnlyDictionary<string, JsonElement> ExtraMeta { get; init; } = System.Collections.Frozen.FrozenDictionary<string, JsonElement>.Empty;
}

/// <summary>A version of the simple API.</summary>
public readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    /// <summary>What a page that tells no version is taken for.</summary>
    public static readonly ApiVersion Oldest = new(1, 0);

    /// <summary>The newest whose every key is known: 1.5 adds <c>namespaces</c> (PEP 752). A newer minor is read all the same.</summary>
    public static readonly ApiVersion Newest = new(1, 5);

    /// <summary>Reads <c>major.minor</c>: ASCII digits, each part at most six.</summary>
    public static bool TryParse(string? text, out ApiVersion version)
    {
        version = default;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 0 || !TryPart(text.AsSpan(0, dot), out var major) || !TryPart(text.AsSpan(dot + 1), out var minor)) return false;
        version = new ApiVersion(major, minor);
        return true;
    }

    /// <summary>The older of two.</summary>
    public static ApiVersion Min(ApiVersion one, ApiVersion other) => one.CompareTo(other) <= 0 ? one : other;

    public int CompareTo(ApiVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    private static bool TryPart(ReadOnlySpan<char> digits, out int value)
    {
        value = 0;
        return digits.Length is > 0 and <= 6
            && int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out value);
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}

/// <summary>A project status marker (PEP 792): <c>active</c>, <c>archived</c>, <c>quarantined</c>, <c>deprecated</c>, or one not yet known.</summary>
public sealed record ProjectStatus(string Status, string? Reason)
{
    public static readonly ProjectStatus Active = new("active", null);

    /// <summary>As an upstream tells it, ASCII case aside; none at all is active.</summary>
    public static ProjectStatus Of(string? status, string? reason)
    {
        reason = string.IsNullOrWhiteSpace(reason) ? null : reason;
        return string.IsNullOrWhiteSpace(status) ? Active with { Reason = reason } : new ProjectStatus(LowerAscii(status.Trim()), reason);
    }

    /// <summary>A quarantined project's files must not be offered, cached or not.</summary>
    public bool IsQuarantined => Status == "quarantined";

    private static string LowerAscii(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));
}

/// <summary>
/// An entry of an upstream's page that is not served: its filename names another project, or is no filename at all. The
/// filename is the upstream's free text, cut to the length that filenames may have.
/// </summary>
public sealed record DroppedFile(string Filename, string Reason);

/// <summary>A file that its upstream's page no longer lists.</summary>
/// <param name="Since">When it was first missed.</param>
public sealed record RemovedFile(ProjectFile File, DateTimeOffset Since);
