using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Reads a project page in JSON (simple repository API, <c>application/vnd.pypi.simple.v1+json</c>). Strict where two
/// readers could understand a page differently (a key twice, a value of the wrong type), lenient where the specification
/// is: unknown keys are kept, newer minor versions are read. An entry that can't be a file is left out and told in
/// <see cref="ProjectPage.Dropped"/>.
/// </summary>
public static class JsonPageReader
{
    /// <summary>Reads a page.</summary>
    /// <param name="utf8">The page, decompressed.</param>
    /// <param name="project">The project that was asked for.</param>
    /// <param name="pageUrl">The page's final URL, against which its links are resolved.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8, ProjectName project, Uri pageUrl, PageLimits limits,
        [NotNullWhen(true)] out ProjectPage? page, [NotNullWhen(false)] out PageError? error) =>
        TryRead(utf8, project, pageUrl, limits, isSnapshot: false, out page, out error);

    internal static bool TryRead(
        ReadOnlySpan<byte> utf8, ProjectName project, Uri pageUrl, PageLimits limits, bool isSnapshot,
        [NotNullWhen(true)] out ProjectPage? page, [NotNullWhen(false)] out PageError? error)
    {
        (page, error) = (null, null);
        if (utf8.Length > limits.MaxBytes)
        {
            error = PageErrors.TooManyBytes(limits);
            return false;
        }
        if (!Utf8.IsValid(utf8))
        {
            error = new PageError(PageErrorKind.Malformed, "The page is not UTF-8.");
            return false;
        }
        try
        {
            page = Read(new JsonCursor(utf8, limits), project, pageUrl, isSnapshot);
            return true;
        }
        catch (JsonException problem)
        {
            error = PageErrors.From(problem);
            return false;
        }
    }

    private static ProjectPage Read(JsonCursor cursor, ProjectName project, Uri pageUrl, bool isSnapshot)
    {
        string? name = null;
        JsonPageMeta? meta = null;
        ProjectStatus? status = null;
        long? serial = null;
        List<string>? versions = null;
        List<ProjectFile>? files = null;
        List<DroppedFile> dropped = [];
        List<RemovedFile> removed = [];
        HashSet<string> seen = [];
        var extra = new Dictionary<string, JsonElement>();

        cursor.Start();
        while (cursor.NextKey())
        {
            var key = cursor.Key();
            if (!seen.Add(key)) throw cursor.Twice(key);
            cursor.Read();
            switch (key)
            {
                case "meta": meta = JsonPageMeta.Read(ref cursor); break;
                case "name": name = cursor.OptionalText("name"); break;
                case "project-status": status = ReadStatus(ref cursor); break;
                case JsonPageMeta.SerialKey: serial = cursor.IsNull ? null : cursor.Natural(key); break;
                case "versions": versions = ReadVersions(ref cursor); break;
                case "files": files = ReadFiles(ref cursor, pageUrl, dropped); break;
                case SnapshotJson.DroppedKey when isSnapshot: SnapshotJson.ReadDropped(ref cursor, dropped); break;
                case SnapshotJson.RemovedKey when isSnapshot: removed = SnapshotJson.ReadRemoved(ref cursor); break;
                case SnapshotJson.DroppedKey or SnapshotJson.RemovedKey: cursor.Skip(); break;
                default: extra.Add(key, cursor.Unknown()); break;
            }
        }
        cursor.End();
        // A page of another project is no answer; taken for one it would mean that all files were removed.
        if (name is not null && !(ProjectName.TryParse(name, out var told) && told == project)) throw new JsonException("The page is another project's.");

        return new ProjectPage
        {
            Project = project,
            DisplayName = name ?? project.Value,
            ApiVersion = meta?.Version ?? ApiVersion.Oldest,
            Status = status ?? ProjectStatus.Active,
            LastSerial = meta?.Serial ?? serial,
            Versions = versions,
            Files = files ?? throw new JsonException("The page has no files key."),
            Dropped = dropped,
            Removed = removed,
            Extra = extra,
            ExtraMeta = meta?.Extra ?? [],
        };
    }

    /// <summary>PEP 792: an object at the top level, where PyPI has it (the specification's example puts it into <c>meta</c>).</summary>
    private static ProjectStatus? ReadStatus(ref JsonCursor cursor)
    {
        if (cursor.IsNull) return null;
        cursor.Expect(JsonTokenType.StartObject, "project-status", "an object");
        string? status = null, reason = null;
        HashSet<string> seen = [];
        while (cursor.NextKey())
        {
            var key = cursor.Key();
            if (!seen.Add(key)) throw cursor.Twice($"project-status.{key}");
            cursor.Read();
            if (key == "status") status = cursor.Text("project-status.status");
            else if (key == "reason") reason = cursor.IsNull ? null : cursor.Reason("project-status.reason");
            else cursor.Skip();
        }
        return ProjectStatus.Of(status, reason);
    }

    private static List<string>? ReadVersions(ref JsonCursor cursor)
    {
        if (cursor.IsNull) return null;
        cursor.Expect(JsonTokenType.StartArray, "versions", "an array");
        List<string> versions = [];
        for (cursor.Read(); cursor.Token != JsonTokenType.EndArray; cursor.Read())
        {
            if (versions.Count == cursor.Limits.MaxFiles) throw new PageLimitException($"The page has more than {cursor.Limits.MaxFiles} versions.");
            versions.Add(cursor.Text("versions"));
        }
        return versions;
    }

    private static List<ProjectFile> ReadFiles(ref JsonCursor cursor, Uri pageUrl, List<DroppedFile> dropped)
    {
        cursor.Expect(JsonTokenType.StartArray, "files", "an array");
        var files = new FileList(cursor.Limits, dropped);
        ProjectFile? previous = null;
        for (cursor.Read(); cursor.Token != JsonTokenType.EndArray; cursor.Read())
        {
            if (!files.HasRoom) throw new PageLimitException(PageErrors.TooManyFiles(cursor.Limits).Message);
            cursor.FileIndex++;
            var file = JsonFileReader.Read(ref cursor, pageUrl, previous, out var left);
            if (left is not null) files.Drop(left);
            if (file is not null) files.Add(previous = file);
        }
        cursor.FileIndex = -1;
        return files.Files;
    }
}
