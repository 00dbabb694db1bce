using Hashgate.Core.Packaging;

namespace Hashgate.Core.Provenance;

/// <summary>
/// How far a file's provenance goes. There is no <c>verified</c>: signatures, certificates and the transparency log are not looked at.
/// </summary>
public enum ProvenanceLevel
{
    /// <summary>The index has none, or none of a type that says who published the file.</summary>
    None,

    /// <summary>Every statement speaks of this file alone: its filename and its sha256.</summary>
    Consistent,

    /// <summary>A statement speaks of something else than this file.</summary>
    Inconsistent,
}

/// <summary>What was learned of one file's provenance.</summary>
/// <param name="Sha256">The file's digest at that time; of other bytes it says nothing.</param>
/// <param name="Publishers">Those who vouch for the file; empty unless consistent.</param>
/// <param name="Problem">What is inconsistent, in one sentence.</param>
public sealed record LearnedProvenance(
    string Filename, Sha256Digest Sha256, ProvenanceLevel Level, IReadOnlyList<Publisher> Publishers, DateTimeOffset Learned, string? Problem = null);

/// <summary>The checks that need no cryptography (PEP 740, "attestation verification").</summary>
public static class ProvenanceCheck
{
    private const int MaxPublishers = 16;

    /// <summary>Holds a document against the file that it should speak of.</summary>
    /// <param name="sha256">The recorded digest.</param>
    public static LearnedProvenance Hold(ProvenanceDocument document, ProjectName project, string filename, Sha256Digest sha256, DateTimeOffset now)
    {
        var publishers = new List<Publisher>();
        foreach (var bundle in document.Bundles)
        {
            foreach (var statement in bundle.Statements)
            {
                if (Problem(statement, project, filename, sha256) is { } problem)
                    return new LearnedProvenance(filename, sha256, ProvenanceLevel.Inconsistent, [], now, problem);
                // A type that isn't known says nothing of who published the file.
                if (statement.PredicateType is AttestationStatement.PublishV1 or AttestationStatement.SlsaV1 && !publishers.Contains(bundle.Publisher) && publishers.Count < MaxPublishers)
                    publishers.Add(bundle.Publisher);
            }
        }
        return new LearnedProvenance(filename, sha256, publishers.Count > 0 ? ProvenanceLevel.Consistent : ProvenanceLevel.None, publishers, now);
    }

    /// <summary>The index has nothing behind the link on its page.</summary>
    public static LearnedProvenance Nothing(string filename, Sha256Digest sha256, DateTimeOffset now) => new(filename, sha256, ProvenanceLevel.None, [], now);

    private static string? Problem(AttestationStatement statement, ProjectName project, string filename, Sha256Digest sha256)
    {
        if (!statement.IsStatement) return "its attestation is no in-toto statement";
        if (statement.Subjects is not [var subject]) return $"its attestation speaks of {statement.Subjects.Count} files";
        // As PyPI compares: two spellings of one wheel are one file, and its own name is not to be read in another way.
        if (subject.Name is null || (subject.Name != filename && FileKey.Of(project, subject.Name) != FileKey.Of(project, filename))) return "its attestation speaks of another file";
        if (subject.Sha256 != sha256) return "its attestation speaks of other bytes";
        return statement is { PredicateType: AttestationStatement.PublishV1, HasPredicate: true } ? "its publish attestation carries a predicate" : null;
    }
}
