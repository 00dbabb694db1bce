using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Core.Serving;

/// <summary>What this replica last read of the publishers on record, on its own disk. Never throws: a copy that can't be read is none.</summary>
public interface IPublisherCopies
{
    /// <summary>The project's document as it was last read; null where it never was.</summary>
    PolicyDocument? Read(ProjectName project);

    /// <summary>Keeps a document in place of the one before.</summary>
    void Write(PolicyDocument document);

    /// <summary>Every document that is kept.</summary>
    IEnumerable<PolicyDocument> ReadAll();
}
