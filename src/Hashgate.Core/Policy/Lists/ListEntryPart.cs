using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Policy.Lists;

/// <summary>Puts the entries that operators added at run time in force, beside what the lists' files and URLs say.</summary>
public sealed class ListEntryPart(ILogger<ListEntryPart> logger) : IPolicyPart
{
    public string Kind => PolicyDocumentKinds.ListEntry;

    public PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents)
    {
        var added = PolicyDocuments.Read(documents, static () => PolicyJson.Default.ListEntryDocument, static (_, document) => (document.List, Entry: EntryOf(document)), logger);
        return inputs with { Allowlist = inputs.Allowlist.WithAdded(Of(RuleNames.Allowlist)), Blocklist = inputs.Blocklist.WithAdded(Of(RuleNames.Blocklist)) };

        PolicyListEntry[] Of(string list) => [.. added.Where(a => a.List == list).Select(a => a.Entry)];
    }

    public bool IsAllowance(PolicyDocument document) => ListEntryDocument.TryRead(document, out var added) && added.List == RuleNames.Allowlist;

    private static PolicyListEntry EntryOf(ListEntryDocument added)
    {
        if (added.List is not (RuleNames.Allowlist or RuleNames.Blocklist)) throw new FormatException("it is of neither the allowlist nor the blocklist");
        var (entry, problem) = PolicyListReader.ReadEntry(added.Entry);
        return entry is null ? throw new FormatException($"its entry is wrong: {problem}") : entry with { Reason = added.Reason };
    }
}
