using System.Buffers;
using System.Text.Json;

namespace Hashgate.Core.SimpleApi;

/// <summary>The writing half of <see cref="SnapshotJson"/>: every field as it was read, nothing cleaned, nothing capped.</summary>
internal static class SnapshotWriter
{
    public static void Write(ProjectPage page, IBufferWriter<byte> output)
    {
        using var json = JsonOutput.Over(output);
        Write(json, page);
    }

    private static void Write(Utf8JsonWriter json, ProjectPage page)
    {
        json.WriteStartObject();
        json.WriteStartObject("meta"u8);
        if (page.LastSerial is { } serial) json.WriteNumber("_last-serial"u8, serial);
        json.WriteString("api-version"u8, page.ApiVersion.ToString());
        JsonOutput.Extra(json, page.ExtraMeta);
        json.WriteEndObject();
        json.WriteString("name"u8, page.DisplayName);
        json.WriteStartObject("project-status"u8);
        json.WriteString("status"u8, page.Status.Status);
        json.WriteString("reason"u8, page.Status.Reason);
        json.WriteEndObject();
        if (page.Versions is not null) WriteArray(json, "versions"u8, page.Versions);
        JsonOutput.Extra(json, page.Extra);

        json.WriteStartArray("files"u8);
        foreach (var file in page.Files) WriteFile(json, file);
        json.WriteEndArray();

        json.WriteStartArray(SnapshotJson.DroppedKey);
        foreach (var entry in page.Dropped)
        {
            json.WriteStartArray();
            json.WriteStringValue(entry.Filename);
            json.WriteStringValue(entry.Reason);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        if (page.Removed.Count > 0) WriteRemoved(json, page.Removed);
        json.WriteEndObject();
    }

    private static void WriteRemoved(Utf8JsonWriter json, IReadOnlyList<RemovedFile> removed)
    {
        json.WriteStartArray(SnapshotJson.RemovedKey);
        foreach (var (file, since) in removed)
        {
            json.WriteStartArray();
            json.WriteStringValue(since);
            WriteFile(json, file);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static void WriteFile(Utf8JsonWriter json, ProjectFile file)
    {
        json.WriteStartObject();
        json.WriteString("filename"u8, file.Filename);
        json.WriteString("url"u8, file.Url.AbsoluteUri);
        json.WriteStartObject("hashes"u8);
        JsonOutput.Hashes(json, file);
        json.WriteEndObject();
        if (file.Size is { } size) json.WriteNumber("size"u8, size);
        if (file.UploadTime is { } uploaded) JsonOutput.UploadTime(json, uploaded);
        if (file.RequiresPython is { } python) json.WriteString("requires-python"u8, python);
        if (file.Yanked.IsYanked) JsonOutput.Yanked(json, isYanked: true, file.Yanked.Reason);
        WriteCoreMetadata(json, file, CoreMetadataKeys.CoreMetadata, "core-metadata"u8);
        WriteCoreMetadata(json, file, CoreMetadataKeys.DataDistInfoMetadata, "data-dist-info-metadata"u8);
        WriteCoreMetadata(json, file, CoreMetadataKeys.DistInfoMetadata, "dist-info-metadata"u8);
        if (file.Provenance is { } provenance) json.WriteString("provenance"u8, provenance.AbsoluteUri);
        if (file.GpgSig is { } signed) json.WriteBoolean("gpg-sig"u8, signed);
        JsonOutput.Extra(json, file.Extra);
        json.WriteEndObject();
    }

    private static void WriteCoreMetadata(Utf8JsonWriter json, ProjectFile file, CoreMetadataKeys key, ReadOnlySpan<byte> name)
    {
        if (!file.CoreMetadataKeys.HasFlag(key)) return;
        json.WritePropertyName(name);
        if (file.CoreMetadata is { Sha256: { } digest }) JsonOutput.Digests(json, digest);
        else json.WriteBooleanValue(file.CoreMetadata is not null);
    }

    private static void WriteArray(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
