using Hashgate.Core.Policy;

namespace Hashgate.Core.Provenance;

/// <summary>How much of a release has provenance, from least to most.</summary>
public enum Coverage
{
    None,
    Some,
    All,
}

/// <summary>
/// A project's releases in the order of their files' <see cref="FileFacts.Start"/>, each with the coverage that its first day had. Files that are added later don't
/// change what a release was: they are held against it. Immutable; made once for each view.
/// </summary>
public sealed class ReleaseHistory
{
    /// <summary>The files of a release are uploaded one by one; within this time they count as one upload.</summary>
    private static readonly TimeSpan FirstDay = TimeSpan.FromDays(1);

    public static readonly ReleaseHistory None = new([]);

    private readonly Dictionary<string, Release> _byVersion = new(StringComparer.Ordinal);
    private readonly Release[] _inOrder;

    private ReleaseHistory(IReadOnlyList<FileFacts> files)
    {
        foreach (var file in files.Where(IsOfRelease))
        {
            var version = file.Name.Version!;
            if (!_byVersion.TryGetValue(version.Canonical, out var release)) _byVersion[version.Canonical] = release = new Release(version.IsPrerelease);
            if (file.Start < release.First) release.First = file.Start.Value;
        }
        foreach (var file in files.Where(IsOfRelease))
        {
            var release = _byVersion[file.Name.Version!.Canonical];
            release.HasAttested |= file.IsAttested;
            if (file.Start - release.First < FirstDay) release.Count(file.IsAttested);
        }
        _inOrder = [.. _byVersion.Values.OrderBy(r => r.First)];
        SetStandards();
    }

    /// <summary>The history that a page's files tell.</summary>
    public static ReleaseHistory Of(IReadOnlyList<FileFacts> files) => files.Any(f => f.IsAttested) ? new(files) : None;

    /// <summary>
    /// The time at which a file stands as evidence: its release's first upload, its own where it was added later than a day after that,
    /// <see cref="DateTimeOffset.MaxValue"/> where no time is known.
    /// </summary>
    public DateTimeOffset EvidenceTime(FileFacts file) =>
        file.Start is not { } start ? DateTimeOffset.MaxValue
        : ReleaseOf(file) is { } release && !IsAdded(start, release) ? release.First
        : start;

    /// <summary>Whether a file was added to its release later than a day after the first one.</summary>
    public bool IsAdded(FileFacts file) => file.Start is { } start && ReleaseOf(file) is { } release && IsAdded(start, release);

    /// <summary>Whether a file has none of the provenance that was to be expected after earlier uploads.</summary>
    public bool HasLost(FileFacts file)
    {
        if (file.IsAttested || file.Start is not { } start || ReleaseOf(file) is not { } release) return false;
        var added = IsAdded(start, release);
        var standard = added ? StandardAt(start, release.IsPrerelease) : release.Standard;
        if (added && release.Coverage > standard) standard = release.Coverage;
        return standard == Coverage.All || (standard == Coverage.Some && !release.HasAttested);
    }

    /// <summary>The best coverage of the releases before this moment; those of prereleases don't count against stable ones.</summary>
    private Coverage StandardAt(DateTimeOffset at, bool isPrerelease)
    {
        var best = Coverage.None;
        foreach (var release in _inOrder)
        {
            if (release.First >= at) break;
            if ((isPrerelease || !release.IsPrerelease) && release.Coverage > best) best = release.Coverage;
        }
        return best;
    }

    /// <summary>Gives each release the standard of those before it, in one pass; releases of one moment don't count against each other.</summary>
    private void SetStandards()
    {
        var (any, stable, start) = (Coverage.None, Coverage.None, 0);
        for (var i = 0; i < _inOrder.Length; i++)
        {
            for (; _inOrder[start].First < _inOrder[i].First; start++)
            {
                if (_inOrder[start].Coverage > any) any = _inOrder[start].Coverage;
                if (!_inOrder[start].IsPrerelease && _inOrder[start].Coverage > stable) stable = _inOrder[start].Coverage;
            }
            _inOrder[i].Standard = _inOrder[i].IsPrerelease ? any : stable;
        }
    }

    private Release? ReleaseOf(FileFacts file) => file.Name.Version is { } version ? _byVersion.GetValueOrDefault(version.Canonical) : null;

    // Times are an index's own words: a difference of any two is one, a sum may not be.
    private static bool IsAdded(DateTimeOffset start, Release release) => start - release.First >= FirstDay;

    private static bool IsOfRelease(FileFacts file) => file is { Start: not null, Name: { Version: not null, IsForeign: false } };

    private sealed class Release(bool isPrerelease)
    {
        private int _attested, _unattested;

        public bool IsPrerelease => isPrerelease;
        public DateTimeOffset First { get; set; } = DateTimeOffset.MaxValue;
        public bool HasAttested { get; set; }
        public Coverage Standard { get; set; }
        public Coverage Coverage => _attested == 0 ? Coverage.None : _unattested == 0 ? Coverage.All : Coverage.Some;

        public void Count(bool attested)
        {
            if (attested) _attested++;
            else _unattested++;
        }
    }
}
