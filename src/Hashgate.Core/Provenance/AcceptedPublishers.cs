using System.Collections.Frozen;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Provenance;

/// <summary>A publisher that an operator trusts for a project, whatever else was seen.</summary>
public sealed record AcceptedPublisher(Publisher Publisher, string Reason, string Actor, DateTimeOffset When);

/// <summary>The publishers that operators accepted, by project.</summary>
public sealed class AcceptedPublisherSet(IEnumerable<KeyValuePair<ProjectName, IReadOnlyList<AcceptedPublisher>>> accepted)
{
    public static readonly AcceptedPublisherSet None = new([]);

    private readonly FrozenDictionary<ProjectName, IReadOnlyList<AcceptedPublisher>> _byProject = accepted.ToFrozenDictionary();

    public IReadOnlyList<AcceptedPublisher> For(ProjectName project) => _byProject.TryGetValue(project, out var accepted) ? accepted : [];

    /// <summary>Whether one of a file's publishers was accepted.</summary>
    public bool Has(ProjectName project, IReadOnlyList<Publisher> publishers)
    {
        foreach (var accepted in For(project))
        {
            if (publishers.Contains(accepted.Publisher)) return true;
        }
        return false;
    }
}

/// <summary>Puts accepted publishers in force; one document for each project.</summary>
public sealed partial class AcceptedPublishersPart(ILogger<AcceptedPublishersPart> logger) : IPolicyPart
{
    /// <summary>The most publishers accepted for one project.</summary>
    public const int MaxPublishers = 100;

    public string Kind => PolicyDocumentKinds.AcceptedPublishers;

    public PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents)
    {
        var accepted = new Dictionary<ProjectName, IReadOnlyList<AcceptedPublisher>>();
        foreach (var document in documents)
        {
            try
            {
                accepted[ProjectName.Parse(document.Id)] = Read(document);
            }
            catch (Exception error) when (error is JsonException or FormatException)
            {
                LogUnreadable(document.Id, error);
            }
        }
        return inputs with { AcceptedPublishers = new AcceptedPublisherSet(accepted) };
    }

    /// <exception cref="JsonException">The document can't be read.</exception>
    public static IReadOnlyList<AcceptedPublisher> Read(PolicyDocument document) =>
        JsonSerializer.Deserialize(document.Json, PublisherJson.Default.IReadOnlyListAcceptedPublisher) ?? throw new JsonException("The document is null.");

    public static PolicyDocument Write(ProjectName project, IReadOnlyList<AcceptedPublisher> accepted, long revision) =>
        new(PolicyDocumentKinds.AcceptedPublishers, project.Value, JsonSerializer.Serialize(accepted, PublisherJson.Default.IReadOnlyListAcceptedPublisher), revision);

    [LoggerMessage(2134, LogLevel.Error, "The publishers accepted for {Project} can't be read and are not in force: accept them again")]
    private partial void LogUnreadable(string project, Exception error);
}
