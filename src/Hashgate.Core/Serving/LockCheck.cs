using Hashgate.Core.Locks;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Core.Serving;

/// <summary>What would be refused of the things that a lock or requirements file asks for; decided as pages and files are.</summary>
public sealed class LockCheck(ProjectPages pages)
{
    private const int PagesAtOnce = 8;

    /// <summary>The outcome of each item, in the order given.</summary>
    public async Task<IReadOnlyList<CheckedItem>> RunAsync(IReadOnlyList<LockedItem> items, CancellationToken cancellationToken)
    {
        var outcomes = new CheckedItem[items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = PagesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, items.Count, options, async (i, token) => outcomes[i] = await CheckAsync(items[i], token));
        return outcomes;
    }

    private async ValueTask<CheckedItem> CheckAsync(LockedItem item, CancellationToken cancellationToken)
    {
        if (item.Unchecked is { } why || item.Project is not { } project) return new CheckedItem(item, CheckOutcome.NotChecked) { Reason = item.Unchecked };
        return await pages.GetAsync(project, cancellationToken) switch
        {
            PageLookup.Found found => Judge(item, found.View),
            PageLookup.Unavailable unavailable => new CheckedItem(item, CheckOutcome.Unavailable) { Reason = $"the upstream {unavailable.Upstream.Name} gives no usable answer: {unavailable.Error.Detail}" },
            _ => new CheckedItem(item, CheckOutcome.Missing) { Reason = "there is no such project" },
        };
    }

    private static CheckedItem Judge(LockedItem item, ProjectView view)
    {
        if (view.Decision.Stub?.Worst is { } stub) return Refuse(item, null, stub);
        var skipped = new List<SkippedVersion>();
        CheckedItem? newest = null;
        foreach (var (version, files) in Candidates(item, view))
        {
            var judged = JudgeRelease(item, view, version, files);
            if (judged.Outcome != CheckOutcome.Refused || item.IsPinned) return judged with { Skipped = skipped };
            newest ??= judged;
            skipped.Add(new SkippedVersion(version, judged.Rule!, judged.Reason!));
        }
        return newest is not null
            ? newest with { Skipped = skipped }
            : new CheckedItem(item, CheckOutcome.Missing) { Reason = $"no version of it fits {(item.Versions.Items.Count == 0 ? "" : item.Versions.ToString())}".TrimEnd() };
    }

    /// <summary>The versions that an installer would try, newest first; yanked ones for a pin only (PEP 592).</summary>
    private static IEnumerable<(string Version, List<int> Files)> Candidates(LockedItem item, ProjectView view)
    {
        var byVersion = new Dictionary<PackageVersion, List<int>>();
        for (var i = 0; i < view.Facts.Files.Count; i++)
        {
            var file = view.Facts.Files[i];
            if (file.Name.IsForeign || file.Name.Version is not { } version || (file.File.Yanked.IsYanked && !item.IsPinned)) continue;
            if (!byVersion.TryGetValue(version, out var files)) byVersion[version] = files = [];
            files.Add(i);
        }
        var fitting = item.Versions.Filter(byVersion.Keys.Select(v => v.ToString())).ToHashSet(StringComparer.Ordinal);
        return byVersion.Where(v => fitting.Contains(v.Key.ToString())).OrderByDescending(v => v.Key).Select(v => (v.Key.ToString(), v.Value));
    }

    private static CheckedItem JudgeRelease(LockedItem item, ProjectView view, string version, List<int> files)
    {
        if (Differing(item, view, files) is { } different)
            return new CheckedItem(item, CheckOutcome.Refused) { Version = version, Filename = different.Filename, Verdict = Verdict.Block, Rule = RuleNames.HashMismatch, Reason = "the file promises another sha256 than the one on record" };
        // Of several files of a release any one will do, so only the refusal of all of them stops an install.
        var wanted = Wanted(item, view, files);
        var decisions = wanted.Select(i => view.Decision.Files[i]).ToArray();
        if (Array.TrueForAll(decisions, d => d.IsRefused))
            return Refuse(item, version, decisions.MaxBy(d => d.Verdict)!.Worst!);
        var refused = decisions.Count(d => d.IsRefused);
        var told = decisions.MaxBy(d => d.Verdict)!;
        if (told.Verdict == Verdict.Allow) return new CheckedItem(item, CheckOutcome.Allowed) { Version = version };
        var reason = refused > 0 ? $"{refused} of its {decisions.Length} files would be refused: {told.Worst!.Reason}" : told.Worst!.Reason;
        return new CheckedItem(item, CheckOutcome.Warned) { Version = version, Rule = told.Worst!.Rule, Reason = reason };
    }

    private static CheckedItem Refuse(LockedItem item, string? version, Finding finding) =>
        new(item, CheckOutcome.Refused) { Version = version, Verdict = finding.Verdict, Rule = finding.Rule, Reason = finding.Reason, Until = finding.Until };

    /// <summary>A promise of the lock that no file of the release keeps.</summary>
    private static LockedFile? Differing(LockedItem item, ProjectView view, List<int> files)
    {
        if (item.Files.Count == 0) return null;
        var served = files.Select(i => view.Facts.Files[i]).Where(f => f.ServedSha256 is not null).ToArray();
        foreach (var promised in item.Files.Where(f => f.Filename is not null))
        {
            var key = FileKey.Of(view.Project, promised.Filename!);
            if (served.Any(f => f.Name.Key == key && f.ServedSha256 != promised.Sha256)) return promised;
        }
        return served.Length > 0 && !item.Files.Any(promised => served.Any(f => f.ServedSha256 == promised.Sha256)) ? item.Files[0] : null;
    }

    /// <summary>The files that the lock's hashes let an installer take.</summary>
    private static IEnumerable<int> Wanted(LockedItem item, ProjectView view, List<int> files)
    {
        var hashes = item.Files.Select(f => f.Sha256).ToHashSet();
        return hashes.Count == 0 ? files : files.Where(i => view.Facts.Files[i].ServedSha256 is not { } digest || hashes.Contains(digest));
    }
}

/// <summary>What came of checking one item.</summary>
/// <param name="Item">What was asked for.</param>
public sealed record CheckedItem(LockedItem Item, CheckOutcome Outcome)
{
    /// <summary>The version that would be installed, or that is refused.</summary>
    public string? Version { get; init; }

    /// <summary>The file that decided, where it is one.</summary>
    public string? Filename { get; init; }
    public string? Rule { get; init; }

    /// <summary>Of what is refused: blocked or held.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>For a person; may quote hostile text.</summary>
    public string? Reason { get; init; }
    public DateTimeOffset? Until { get; init; }

    /// <summary>Newer versions that fit and are refused.</summary>
    public IReadOnlyList<SkippedVersion> Skipped { get; init; } = [];
}

/// <summary>A version that fits and is refused.</summary>
public sealed record SkippedVersion(string Version, string Rule, string Reason);

/// <summary>How a check ends, for one item.</summary>
public enum CheckOutcome
{
    Allowed,

    /// <summary>Served, and a rule has something to say, of some of its files at least.</summary>
    Warned,
    Refused,

    /// <summary>The index has no such project or version.</summary>
    Missing,

    /// <summary>The index can't be asked now.</summary>
    Unavailable,

    /// <summary>Not from an index, or not readable.</summary>
    NotChecked,
}
