using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Hashgate.Core.Policy.Lists;

/// <summary>An entry that an operator added to a list at run time, as it is kept.</summary>
public sealed record ListEntryDocument
{
    /// <summary>Given at its adding.</summary>
    public required string Id { get; init; }

    /// <summary><c>allowlist</c> or <c>blocklist</c>.</summary>
    public required string List { get; init; }

    /// <summary>In the lists' syntax, without a comment.</summary>
    public required string Entry { get; init; }

    /// <summary>Why; on the blocklist, what a refused client reads.</summary>
    public required string Reason { get; init; }

    /// <summary>Who added it.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset Created { get; init; }

    public PolicyDocument ToDocument() => new(PolicyDocumentKinds.ListEntry, Id, JsonSerializer.Serialize(this, PolicyJson.Default.ListEntryDocument));

    /// <summary>Reads a stored document; false where it is none that this version can read.</summary>
    public static bool TryRead(PolicyDocument document, [NotNullWhen(true)] out ListEntryDocument? read) =>
        PolicyDocuments.TryRead(document, PolicyJson.Default.ListEntryDocument, out read, out _);
}
