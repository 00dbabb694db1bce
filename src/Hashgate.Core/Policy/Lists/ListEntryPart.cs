using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Policy.Lists;

/// <summary>Puts the entries that operators added at run time in force, beside what the lists' files and URLs say.</summary>
public sealed partial class ListEntryPart(ILogger<ListEntryPart> logger) : IPolicyPart
{
    public string Kind => PolicyDocumentKinds.ListEntry;

    public PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents)
    {
        var allow = new List<PolicyListEntry>();
        var block = new List<PolicyListEntry>();
        foreach (var document in documents)
        {
            if (!ListEntryDocument.TryRead(document, out var added) || PolicyListReader.ReadEntry(added.Entry).Entry is not { } entry) LogUnreadable(document.Id);
            else if (added.List == RuleNames.Allowlist) allow.Add(entry with { Reason = added.Reason });
            else if (added.List == RuleNames.Blocklist) block.Add(entry with { Reason = added.Reason });
            else LogUnreadable(document.Id);
        }
        return inputs with { Allowlist = inputs.Allowlist.WithAdded(allow), Blocklist = inputs.Blocklist.WithAdded(block) };
    }

    [LoggerMessage(2302, LogLevel.Error, "The list entry {Id} of the policy store can't be read and is not in force: remove it, and add it again")]
    private partial void LogUnreadable(string id);
}
