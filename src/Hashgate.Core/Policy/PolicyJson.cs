using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Policy;

/// <summary>The policy documents as JSON, the form in which they are stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(ProjectNameConverter), typeof(DigestConverter), typeof(VersionSpecifiersConverter)])]
[JsonSerializable(typeof(Waiver))]
[JsonSerializable(typeof(Flag))]
public sealed partial class PolicyJson : JsonSerializerContext;

public sealed class VersionSpecifiersConverter : JsonConverter<VersionSpecifiers>
{
    public override VersionSpecifiers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        VersionSpecifiers.TryParse(reader.GetString(), out var specifiers) ? specifiers : throw new JsonException("Not a list of version specifiers.");

    public override void Write(Utf8JsonWriter writer, VersionSpecifiers value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Reads documents back; one that can't be read hides no other.</summary>
public static partial class PolicyDocuments
{
    /// <summary>What the documents say; one that another version wrote and this one can't read is left out and logged.</summary>
    public static List<T> Read<T>(IReadOnlyList<PolicyDocument> documents, JsonTypeInfo<T> type, ILogger logger) where T : class
    {
        var values = new List<T>(documents.Count);
        foreach (var document in documents)
        {
            try
            {
                if (JsonSerializer.Deserialize(document.Json, type) is { } value) values.Add(value);
            }
            catch (JsonException error)
            {
                LogUnreadable(logger, document.Kind, document.Id, error);
            }
        }
        return values;
    }

    [LoggerMessage(2301, LogLevel.Error, "The {Kind} {Id} in the policy store can't be read and is not in force")]
    private static partial void LogUnreadable(ILogger logger, string kind, string id, Exception error);
}
