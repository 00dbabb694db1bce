using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Core.Serving;

/// <summary>What a page has of the files that its upstream no longer lists.</summary>
internal static class RemovedFiles
{
    /// <summary>
    /// The most that are kept of one project; those gone for longest are forgotten first, and are unknown then. More than any project of
    /// PyPI has lost, and little beside the largest pages.
    /// </summary>
    public const int Max = 10_000;

    /// <summary>A fresh page with the recorded files that were known before and that it doesn't list, under whatever spelling.</summary>
    public static ProjectPage Carry(ProjectPage fresh, ProjectView? before, DateTimeOffset now)
    {
        if (before is null) return fresh;
        var names = new PageFilenames(fresh.Project);
        var listed = fresh.Files.Select(f => names.Read(f.Filename).Key).ToHashSet();
        var removed = before.Facts.Files.Where(f => f.Record is not null && listed.Add(f.Name.Key)).Select(f => new RemovedFile(f.File, f.RemovedSince ?? now)).ToList();
        return fresh with { Removed = removed.Count <= Max ? removed : [.. removed.OrderByDescending(r => r.Since).Take(Max)] };
    }

    /// <summary>The page with the versions of files that it no longer lists: what a page lists has its version there (simple repository API 1.1).</summary>
    public static ProjectPage WithVersions(ProjectFacts facts)
    {
        if (facts.Page is not { Versions: { } told, Removed.Count: > 0 } page) return facts.Page;
        var known = told.Select(text => PackageVersion.TryParse(text, out var version) ? version.Canonical : text).ToHashSet(StringComparer.Ordinal);
        var missing = facts.Files.Where(f => f.RemovedSince is not null && f.Name.Version is { } version && known.Add(version.Canonical)).Select(f => f.Name.Version!.ToString()).ToArray();
        return missing.Length == 0 ? page : page with { Versions = [.. told, .. missing] };
    }
}
