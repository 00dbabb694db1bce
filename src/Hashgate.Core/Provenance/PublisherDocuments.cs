using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Core.Provenance;

/// <summary>What is stored of a project's publishers.</summary>
public sealed record StoredPublishers(IReadOnlyList<StoredProvenance> Files, IReadOnlyList<TrustedPublisher> Trusted);

/// <summary>One file of <see cref="StoredPublishers"/>.</summary>
public sealed record StoredProvenance(FileKey Key, LearnedProvenance Learned);

/// <summary>What operators are shown of a project's publishers.</summary>
/// <param name="Trusted">On first use.</param>
/// <param name="Accepted">By operators.</param>
public sealed record PublishersShown(string Project, IReadOnlyList<TrustedPublisher> Trusted, IReadOnlyList<AcceptedPublisher> Accepted, IReadOnlyList<LearnedProvenance> Files);

/// <summary>Publishers as documents of the policy store: one for each project.</summary>
public static class PublisherDocuments
{
    public static PolicyDocument Write(ProjectName project, ProjectPublishers publishers) => new(
        PolicyDocumentKinds.Publishers,
        project.Value,
        JsonSerializer.Serialize(
            new StoredPublishers([.. publishers.Files.Select(f => new StoredProvenance(f.Key, f.Value))], publishers.Trusted), PublisherJson.Default.StoredPublishers),
        publishers.Revision);

    /// <exception cref="StoreUnavailableException">The document can't be read: forgetting it would trust whoever comes next.</exception>
    public static ProjectPublishers Read(PolicyDocument document)
    {
        try
        {
            var stored = JsonSerializer.Deserialize(document.Json, PublisherJson.Default.StoredPublishers) ?? throw new JsonException("The document is null.");
            return new ProjectPublishers
            {
                Files = stored.Files.ToImmutableDictionary(f => f.Key, f => f.Learned),
                Trusted = stored.Trusted,
                Revision = document.Revision,
            };
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new StoreUnavailableException($"The publishers on record of {document.Id} can't be read.", error);
        }
    }
}

/// <summary>Publishers as JSON: one form for the store and for the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(ProjectNameConverter), typeof(FileKeyConverter), typeof(DigestConverter)])]
[JsonSerializable(typeof(StoredPublishers))]
[JsonSerializable(typeof(PublishersShown))]
[JsonSerializable(typeof(IReadOnlyList<AcceptedPublisher>))]
public sealed partial class PublisherJson : JsonSerializerContext;
