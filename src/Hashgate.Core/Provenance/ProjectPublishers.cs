using System.Collections.Immutable;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Provenance;

/// <summary>A publisher that a project's files came from before anybody could say otherwise.</summary>
/// <param name="Since">The earliest upload time at which it was evidenced.</param>
/// <param name="StableSince">The same for stable releases alone; null: it was seen on prereleases only, which say nothing of stable ones.</param>
public sealed record TrustedPublisher(Publisher Publisher, DateTimeOffset Since, DateTimeOffset? StableSince)
{
    /// <summary>From when on it is evidence for, and against others on, a stable or a prerelease.</summary>
    public DateTimeOffset? SinceFor(bool isPrerelease) => isPrerelease ? Since : StableSince;
}

/// <summary>What was learned of one file, and where it stands in its project's history.</summary>
/// <param name="At">When its release, or it alone, was uploaded: see <see cref="ReleaseHistory.EvidenceTime"/>.</param>
public sealed record Lesson(FileKey Key, LearnedProvenance Provenance, DateTimeOffset At, bool IsPrerelease);

/// <summary>
/// The publishers of a project's files: trust on first use. A publisher is trusted where no other one was evidenced by an earlier upload,
/// in whatever order that is learned; any other is trusted by nobody but an operator. Immutable.
/// </summary>
public sealed record ProjectPublishers
{
    /// <summary>The most files that are remembered; the longest known are forgotten, and asked for again where it matters.</summary>
    public const int MaxFiles = 1000;

    /// <summary>The most trusted publishers; past them a new one waits for an operator.</summary>
    public const int MaxTrusted = 100;

    /// <summary>Nothing learned yet.</summary>
    public static readonly ProjectPublishers None = new();

    /// <summary>It isn't known what is on record: the store is away, and this replica never read it.</summary>
    public static readonly ProjectPublishers Unread = new() { IsUnread = true };

    /// <summary>Whether there may be more on record than this.</summary>
    public bool IsUnread { get; private init; }

    /// <summary>By the files' keys.</summary>
    public ImmutableDictionary<FileKey, LearnedProvenance> Files { get; init; } = ImmutableDictionary<FileKey, LearnedProvenance>.Empty;

    public IReadOnlyList<TrustedPublisher> Trusted { get; init; } = [];

    /// <summary>Of the stored document; grows with every change of it.</summary>
    public long Revision { get; init; }

    /// <summary>What is known of a file with these bytes; null where nothing is.</summary>
    public LearnedProvenance? Of(FileKey key, Sha256Digest? sha256) =>
        Files.TryGetValue(key, out var learned) && learned.Sha256 == sha256 ? learned : null;

    /// <summary>Whether one of a file's publishers is trusted for a stable release, or a prerelease.</summary>
    public bool Trusts(IReadOnlyList<Publisher> publishers, bool isPrerelease)
    {
        foreach (var trusted in Trusted)
        {
            if (trusted.SinceFor(isPrerelease) is not null && publishers.Contains(trusted.Publisher)) return true;
        }
        return false;
    }

    /// <summary>Whether some publisher was evidenced before this moment.</summary>
    public bool HasEarlier(DateTimeOffset at, bool isPrerelease)
    {
        foreach (var trusted in Trusted)
        {
            if (trusted.SinceFor(isPrerelease) < at) return true;
        }
        return false;
    }

    /// <summary>These publishers and what was learned now, the earliest upload first.</summary>
    public ProjectPublishers With(IEnumerable<Lesson> lessons)
    {
        var (files, trusted) = (Files, Trusted.ToList());
        foreach (var lesson in lessons.OrderBy(l => l.At))
        {
            files = files.SetItem(lesson.Key, lesson.Provenance);
            if (lesson.Provenance.Level == ProvenanceLevel.Consistent) Take(trusted, lesson);
        }
        foreach (var oldest in files.OrderBy(f => f.Value.Learned).Take(files.Count - MaxFiles)) files = files.Remove(oldest.Key);
        return this with { Files = files, Trusted = trusted };
    }

    private static void Take(List<TrustedPublisher> trusted, Lesson lesson)
    {
        var publishers = lesson.Provenance.Publishers;
        var known = trusted.FindAll(t => t.SinceFor(lesson.IsPrerelease) is not null && publishers.Contains(t.Publisher));
        if (known.Count > 0)
        {
            foreach (var each in known) Put(trusted, each.Publisher, lesson);
        }
        else if (!trusted.Exists(t => t.SinceFor(lesson.IsPrerelease) < lesson.At))
        {
            foreach (var each in publishers) Put(trusted, each, lesson);
        }
    }

    private static void Put(List<TrustedPublisher> trusted, Publisher publisher, Lesson lesson)
    {
        var index = trusted.FindIndex(t => t.Publisher == publisher);
        if (index < 0)
        {
            if (trusted.Count < MaxTrusted) trusted.Add(new TrustedPublisher(publisher, lesson.At, lesson.IsPrerelease ? null : lesson.At));
            return;
        }
        var before = trusted[index];
        trusted[index] = before with
        {
            Since = Earlier(before.Since, lesson.At),
            StableSince = lesson.IsPrerelease ? before.StableSince : Earlier(before.StableSince ?? lesson.At, lesson.At),
        };
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
