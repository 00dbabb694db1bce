using Hashgate.Core.Packaging;

namespace Hashgate.Core.Provenance;

/// <summary>What the Integrity API tells of one file (PEP 740, version 1): who published it, and what was signed. Signatures are not read.</summary>
public sealed record ProvenanceDocument(IReadOnlyList<AttestationBundle> Bundles);

/// <summary>The attestations of one publisher.</summary>
public sealed record AttestationBundle(Publisher Publisher, IReadOnlyList<AttestationStatement> Statements);

/// <summary>An attestation's DSSE payload: an in-toto statement.</summary>
/// <param name="IsStatement">Its <c>_type</c> is that of in-toto statements, version 1.</param>
/// <param name="PredicateType">A URL; <see cref="PublishV1"/> and <see cref="SlsaV1"/> are the ones that PyPI takes.</param>
/// <param name="HasPredicate">The predicate is something else than null or an empty object.</param>
public sealed record AttestationStatement(bool IsStatement, IReadOnlyList<StatementSubject> Subjects, string PredicateType, bool HasPredicate)
{
    public const string PublishV1 = "https://docs.pypi.org/attestations/publish/v1";
    public const string SlsaV1 = "https://slsa.dev/provenance/v1";
}

/// <summary>What a statement speaks of.</summary>
/// <param name="Sha256">Null where the digest isn't told.</param>
public sealed record StatementSubject(string? Name, Sha256Digest? Sha256);
