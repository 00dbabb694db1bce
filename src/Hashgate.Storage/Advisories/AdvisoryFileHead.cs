using System.Text.Json.Serialization;

namespace Hashgate.Storage.Advisories;

/// <summary>The first line of an <see cref="AdvisoryFile"/>.</summary>
/// <param name="Count">How many records follow.</param>
/// <param name="Entries">How many bytes what is known of them takes; their JSON follows it.</param>
/// <param name="Sha256">The digest of everything after the line.</param>
internal sealed record AdvisoryFileHead(
    int Format, string? Source, DateTimeOffset CheckedAt, DateTimeOffset ReadAt, DateTimeOffset Cursor, string? Tag, int Count, int Entries, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdvisoryFileHead))]
internal sealed partial class AdvisoryFileJson : JsonSerializerContext;
