using Hashgate.Core.Policy.Lists;

namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// Only what the organisation's allowlist names is served. A file whose name has no readable version is allowed by a whole project or by its
/// hash alone.
/// </summary>
public sealed class AllowlistRule : IPolicyRule
{
    public string Name => RuleNames.Allowlist;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        var entries = project.Lookups.Allowed;
        if (entries.Any(entry => Allows(entry, file))) return null;
        if (!project.Policy.Allowlist.IsLoaded) return new Finding(Name, Verdict.Hold, FindingScope.Project, "the allowlist could not be read yet");
        if (entries.Count == 0) return new Finding(Name, Verdict.Block, FindingScope.Project, "the project is not on the allowlist");
        if (file.Name.Version is not { } version) return new Finding(Name, Verdict.Block, FindingScope.File, "the filename tells no version, and the allowlist names versions or hashes only");
        if (!entries.Any(entry => entry.Versions.Contains(version))) return new Finding(Name, Verdict.Block, FindingScope.Release, $"version {version} is not on the allowlist");
        return file.ServedSha256 is null
            ? new Finding(Name, Verdict.Hold, FindingScope.File, "the allowlist names sha256 digests, and the index names none for this file")
            : new Finding(Name, Verdict.Block, FindingScope.File, "the file's sha256 is not on the allowlist");
    }

    private static bool Allows(PolicyListEntry entry, FileFacts file)
    {
        if (entry.IsWhole) return true;
        var pinned = entry.Hashes.Count == 0 || (file.ServedSha256 is { } digest && entry.Hashes.Contains(digest));
        return pinned && (file.Name.Version is { } version ? entry.Versions.Contains(version) : entry.Hashes.Count > 0);
    }
}
