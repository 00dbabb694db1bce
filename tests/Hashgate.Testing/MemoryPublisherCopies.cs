using System.Collections.Concurrent;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Serving;

namespace Hashgate.Testing;

/// <summary>Copies of publishers in memory.</summary>
public sealed class MemoryPublisherCopies : IPublisherCopies
{
    private readonly ConcurrentDictionary<string, PolicyDocument> _documents = new();

    public PolicyDocument? Read(ProjectName project) => _documents.GetValueOrDefault(project.Value);

    public void Write(PolicyDocument document) => _documents[document.Id] = document;

    public IEnumerable<PolicyDocument> ReadAll() => _documents.Values;
}
