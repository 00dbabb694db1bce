using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Hashgate.Core.Policy.Lists;

/// <summary>An entry that an operator added to a list at run time, as it is kept.</summary>
/// <param name="Id">Given at its adding.</param>
/// <param name="List"><c>allowlist</c> or <c>blocklist</c>.</param>
/// <param name="Entry">In the lists' syntax, without a comment.</param>
/// <param name="Reason">Why; on the blocklist, what a refused client reads.</param>
/// <param name="Actor">Who added it.</param>
public sealed record ListEntryDocument(string Id, string List, string Entry, string Reason, string Actor, DateTimeOffset Created)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public PolicyDocument ToDocument() => new(PolicyDocumentKinds.ListEntry, Id, JsonSerializer.Serialize(this, Options));

    /// <summary>Reads a stored document; false where it is none that this version can read.</summary>
    public static bool TryRead(PolicyDocument document, [NotNullWhen(true)] out ListEntryDocument? read)
    {
        read = null;
        try
        {
            read = JsonSerializer.Deserialize<ListEntryDocument>(document.Json, Options);
        }
        catch (JsonException)
        {
            return false;
        }
        return read is { Id: not null, List: not null, Entry: not null, Reason: not null, Actor: not null };
    }
}
