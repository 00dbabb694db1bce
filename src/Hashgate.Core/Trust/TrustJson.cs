using System.Text.Json;
using System.Text.Json.Serialization;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>Trust records and what surrounds them as JSON: one form for the journal, exports and histories.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(ProjectNameConverter), typeof(FileKeyConverter), typeof(DigestConverter)])]
[JsonSerializable(typeof(TrustRecord))]
[JsonSerializable(typeof(ReplacedRecord))]
[JsonSerializable(typeof(JournalEntry))]
public sealed partial class TrustJson : JsonSerializerContext;

public sealed class ProjectNameConverter : JsonConverter<ProjectName>
{
    public override ProjectName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ProjectName.TryParse(reader.GetString(), out var name) ? name : throw new JsonException("Not a project name.");

    public override void Write(Utf8JsonWriter writer, ProjectName value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

public sealed class FileKeyConverter : JsonConverter<FileKey>
{
    public override FileKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("Not a file key."));

    public override void Write(Utf8JsonWriter writer, FileKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

public sealed class DigestConverter : JsonConverter<Sha256Digest>
{
    public override Sha256Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Sha256Digest.TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException("Not a SHA-256 digest.");

    public override void Write(Utf8JsonWriter writer, Sha256Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
