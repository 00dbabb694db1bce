using Hashgate.Core.Policy.Lists;

namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// What the organisation's blocklist names is refused; the entry's comment is the reason. A file whose name has no readable version is
/// blocked by any entry that speaks of versions.
/// </summary>
public sealed class BlocklistRule : IPolicyRule
{
    public string Name => RuleNames.Blocklist;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        Finding? widest = project.Policy.Blocklist.IsLoaded ? null : new Finding(Name, Verdict.Hold, FindingScope.Project, "the blocklist could not be read yet");
        foreach (var entry in project.Lookups.Blocked)
        {
            // A block goes before a hold; of two blocks the one that reaches further, or files of one release would differ.
            if (Find(entry, file) is { } found && (widest is null || found.Verdict > widest.Verdict || (found.Verdict == widest.Verdict && found.Scope > widest.Scope))) widest = found;
        }
        return widest;
    }

    private Finding? Find(PolicyListEntry entry, FileFacts file)
    {
        if (entry.Hashes.Count > 0)
        {
            if (file.ServedSha256 is not { } digest) return new Finding(Name, Verdict.Hold, FindingScope.File, "the blocklist names sha256 digests, and the index names none for this file");
            return entry.Hashes.Contains(digest) ? new Finding(Name, Verdict.Block, FindingScope.File, entry.Reason ?? "the file's sha256 is on the blocklist") : null;
        }
        if (entry.IsWhole) return new Finding(Name, Verdict.Block, FindingScope.Project, entry.Reason ?? "the project is on the blocklist");
        if (file.Name.Version is not { } version) return new Finding(Name, Verdict.Block, FindingScope.File, entry.Reason ?? "versions of the project are on the blocklist, and the filename tells none");
        return entry.Versions.Contains(version) ? new Finding(Name, Verdict.Block, FindingScope.Release, entry.Reason ?? $"version {version} is on the blocklist") : null;
    }
}
