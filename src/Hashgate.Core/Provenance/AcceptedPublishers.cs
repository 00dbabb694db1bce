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

    /// <summary>Every project's.</summary>
    public IEnumerable<(ProjectName Project, AcceptedPublisher Accepted)> All => _byProject.SelectMany(p => p.Value.Select(a => (p.Key, a)));

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
public sealed class AcceptedPublishersPart(ILogger<AcceptedPublishersPart> logger) : IPolicyPart
{
    /// <summary>The most publishers accepted for one project.</summary>
    public const int MaxPublishers = 100;

    public string Kind => PolicyDocumentKinds.AcceptedPublishers;

    public PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents)
    {
        var accepted = PolicyDocuments.Read(documents, static () => PublisherJson.Default.IReadOnlyListAcceptedPublisher, OfProject, logger);
        return inputs with { AcceptedPublishers = new AcceptedPublisherSet(accepted) };
    }

    public bool IsAllowance(PolicyDocument document) => true;

    private static KeyValuePair<ProjectName, IReadOnlyList<AcceptedPublisher>> OfProject(PolicyDocument document, IReadOnlyList<AcceptedPublisher> accepted) =>
        accepted.Any(a => a is null) ? throw new FormatException("one of its publishers is null") : new(ProjectName.Parse(document.Id), accepted);

    public static PolicyDocument Write(ProjectName project, IReadOnlyList<AcceptedPublisher> accepted, long revision) =>
        new(PolicyDocumentKinds.AcceptedPublishers, project.Value, JsonSerializer.Serialize(accepted, PublisherJson.Default.IReadOnlyListAcceptedPublisher), revision);
}
