using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Policy;

/// <summary>The policy documents as JSON, the form in which they are stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    Converters = [typeof(ProjectNameConverter), typeof(DigestConverter), typeof(VersionSpecifiersConverter)])]
[JsonSerializable(typeof(Waiver))]
[JsonSerializable(typeof(Flag))]
[JsonSerializable(typeof(ListEntryDocument))]
[JsonSerializable(typeof(ClientToken))]
[JsonSerializable(typeof(ClientTokenUse))]
public sealed partial class PolicyJson : JsonSerializerContext;

public sealed class VersionSpecifiersConverter : JsonConverter<VersionSpecifiers>
{
    public override VersionSpecifiers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        VersionSpecifiers.TryParse(reader.GetString(), out var specifiers) ? specifiers : throw new JsonException("Not a list of version specifiers.");

    public override void Write(Utf8JsonWriter writer, VersionSpecifiers value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>How documents are named, and the one way in which they are read back; one that can't be read hides no other.</summary>
public static partial class PolicyDocuments
{
    /// <summary>The longest document that is read, in characters; the largest that Hashgate writes has a tenth of it.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>A name for a document that people point to: ten letters and digits, without those that look alike, for they are read out.</summary>
    public static string NewId() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 10);

    /// <summary>Reads one document; false, and what is wrong with it, where this version can't.</summary>
    public static bool TryRead<T>(PolicyDocument document, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out string? problem) where T : class
    {
        (value, problem) = (null, null);
        if (document.Json.Length > MaxLength)
        {
            problem = $"it has more than {MaxLength} characters";
            return false;
        }
        try
        {
            value = JsonSerializer.Deserialize(document.Json, type);
            problem = value is null ? "it is null" : null;
        }
        catch (JsonException error)
        {
            problem = error.Message;
        }
        return value is not null;
    }

    /// <summary>What the documents say; those that can't be read are left out and logged.</summary>
    public static List<T> Read<T>(IReadOnlyList<PolicyDocument> documents, Func<JsonTypeInfo<T>> type, ILogger logger) where T : class =>
        Read(documents, type, static (_, value) => value, logger);

    /// <summary>What is made of the documents; those that can't be read, or of which nothing can be made, are left out and logged.</summary>
    /// <param name="type">Asked where there is a document: a start has none as a rule, and making the first of a serializer's types ready takes it long.</param>
    /// <param name="make">Throws <see cref="FormatException"/>, with a reason, for a document that doesn't say what it should.</param>
    public static List<TMade> Read<T, TMade>(IReadOnlyList<PolicyDocument> documents, Func<JsonTypeInfo<T>> type, Func<PolicyDocument, T, TMade> make, ILogger logger) where T : class
    {
        var all = new List<TMade>(documents.Count);
        foreach (var document in documents)
        {
            if (!TryRead(document, type(), out var value, out var problem))
            {
                LogUnreadable(logger, document.Kind, document.Id, problem);
                continue;
            }
            try
            {
                all.Add(make(document, value));
            }
            catch (FormatException error)
            {
                LogUnreadable(logger, document.Kind, document.Id, error.Message);
            }
        }
        return all;
    }

    [LoggerMessage(2301, LogLevel.Error, "The {Kind} {Id} in the policy store can't be read and is not in force: {Problem}; take it back, and put it on record again")]
    private static partial void LogUnreadable(ILogger logger, string kind, string id, string problem);
}
