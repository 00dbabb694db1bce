using System.Buffers;
using System.Text.Json;

namespace Hashgate.Core.SimpleApi;

/// <summary>Writes a project page as PyPI shapes its JSON (simple repository API, JSON serialization).</summary>
public static class JsonPageWriter
{
    public static void Write(ServedPage page, IBufferWriter<byte> output)
    {
        using var json = JsonOutput.Over(output);
        Write(json, page, ServedVersions.Json(page));
    }

    private static void Write(Utf8JsonWriter json, ServedPage page, ApiVersion version)
    {
        var upstream = page.Upstream;
        json.WriteStartObject();
        json.WriteStartObject("meta"u8);
        if (upstream.LastSerial is { } serial) json.WriteNumber("_last-serial"u8, serial);
        json.WriteString("api-version"u8, version.ToString());
        JsonOutput.Extra(json, upstream.ExtraMeta, key => IsPassedOn(key, version));
        json.WriteEndObject();

        json.WriteString("name"u8, upstream.DisplayName);
        if (version.CompareTo(ServedVersions.WithStatus) >= 0 || upstream.Status != ProjectStatus.Active) WriteStatus(json, upstream.Status);
        if (upstream.Versions is { } versions && page.Files.All(file => file.Source is not null)) WriteVersions(json, versions);
        JsonOutput.Extra(json, upstream.Extra, key => IsPassedOn(key, version));

        json.WriteStartArray("files"u8);
        foreach (var file in page.Files) WriteFile(json, file, version);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, ServedFile file, ApiVersion version)
    {
        var source = file.Source;
        json.WriteStartObject();
        WriteCoreMetadata(json, file);
        json.WriteString("filename"u8, file.Filename);
        json.WriteStartObject("hashes"u8);
        if (file.Sha256 is { } sha256) JsonOutput.Digest(json, sha256);
        foreach (var (algorithm, digest) in ServedHashes.Others(file)) json.WriteString(algorithm, digest);
        json.WriteEndObject();
        if (file.Provenance is not null || version.CompareTo(ServedVersions.WithProvenance) >= 0) json.WriteString("provenance"u8, file.Provenance);
        json.WriteString("requires-python"u8, source?.RequiresPython is { } python ? PageText.Clean(python) : null);
        if (source?.Size is { } size) json.WriteNumber("size"u8, size);
        if (source?.UploadTime is { } uploaded) JsonOutput.UploadTime(json, uploaded);
        JsonOutput.Link(json, file.Href);
        JsonOutput.Yanked(json, file.Yanked.IsYanked, file.Yanked.Reason is { } reason ? PageText.Clean(reason) : null);
        if (source is { Extra.Count: > 0 }) JsonOutput.Extra(json, source.Extra, key => IsPassedOn(key, version));
        json.WriteEndObject();
    }

    /// <summary>
    /// <c>core-metadata</c> wherever it is served, and what else the upstream sent of it; never the legacy key
    /// <c>dist-info-metadata</c>, which crashes pip 22.3 to 23.0.1.
    /// </summary>
    private static void WriteCoreMetadata(Utf8JsonWriter json, ServedFile file)
    {
        var keys = file.Source?.CoreMetadataKeys ?? CoreMetadataKeys.None;
        if (file.CoreMetadata is not null || keys.HasFlag(CoreMetadataKeys.CoreMetadata)) Write("core-metadata"u8);
        if (keys.HasFlag(CoreMetadataKeys.DataDistInfoMetadata)) Write("data-dist-info-metadata"u8);

        void Write(ReadOnlySpan<byte> key)
        {
            json.WritePropertyName(key);
            if (file.CoreMetadata is { } digest) JsonOutput.Digests(json, digest);
            else json.WriteBooleanValue(false);
        }
    }

    private static void WriteStatus(Utf8JsonWriter json, ProjectStatus status)
    {
        json.WriteStartObject("project-status"u8);
        json.WriteString("status"u8, PageText.Clean(status.Status));
        if (status.Reason is { } reason) json.WriteString("reason"u8, PageText.Clean(reason));
        json.WriteEndObject();
    }

    private static void WriteVersions(Utf8JsonWriter json, IReadOnlyList<string> versions)
    {
        json.WriteStartArray("versions"u8);
        foreach (var version in versions) json.WriteStringValue(version);
        json.WriteEndArray();
    }

    /// <summary>
    /// Unknown keys go on, but for those of the rejected PEP 708, which would send a client to another index, and for what
    /// is reserved to versions that the page isn't served under (PEP 752). <c>dist-info-metadata</c> and the like never get
    /// here: the reader knows them.
    /// </summary>
    private static bool IsPassedOn(string key, ApiVersion version) => key switch
    {
        "tracks" or "alternate-locations" => false,
        "namespaces" => version.CompareTo(ServedVersions.WithNamespaces) >= 0,
        _ => true,
    };
}
