using Hashgate.Core.Packaging;

namespace Hashgate.Core.Advisories;

/// <summary>The kinds of event of a range, in the order in which they count at one and the same version.</summary>
public enum RangeEventKind
{
    /// <summary><c>fixed</c>: from this version on no longer.</summary>
    Fixed,

    /// <summary><c>introduced</c>: from this version on.</summary>
    Introduced,

    /// <summary><c>last_affected</c>: after this version no longer.</summary>
    LastAffected,

    /// <summary><c>limit</c>: nothing from this version on is looked at; of several the highest counts.</summary>
    Limit,
}

/// <summary>One event of a range, its version as written.</summary>
public readonly record struct RangeEvent(RangeEventKind Kind, string Version);

/// <summary>A range of type ECOSYSTEM (OSV schema, "evaluation"), in the order of PEP 440.</summary>
public sealed class AffectedRange
{
    // "introduced": "0" stands for before every version, a "limit" of "*" for after every one.
    private const string BeforeAll = "0";
    private const string AfterAll = "*";

    private readonly record struct Step(PackageVersion? Version, RangeEventKind Kind);

    // Null where an event's version is none.
    private readonly Step[]? _steps;

    // Null: no limit.
    private readonly PackageVersion? _limit;

    public AffectedRange(IReadOnlyCollection<RangeEvent> events)
    {
        var steps = new List<Step>();
        var limited = false;
        var unlimited = false;
        foreach (var (kind, text) in events)
        {
            limited |= kind == RangeEventKind.Limit;
            if (kind == RangeEventKind.Introduced && text == BeforeAll) steps.Add(new Step(null, kind));
            else if (kind == RangeEventKind.Limit && text == AfterAll) unlimited = true;
            else if (!PackageVersion.TryParse(text, out var version)) return;
            else if (kind != RangeEventKind.Limit) steps.Add(new Step(version, kind));
            else if (_limit is null || version > _limit) _limit = version;
        }
        if (!limited || unlimited) _limit = null;
        _steps = [.. steps.OrderBy(step => step.Version).ThenBy(step => step.Kind)];
    }

    /// <summary>Whether the version lies within; null where the range's own events, or the version, can't be ordered.</summary>
    public bool? Contains(PackageVersion? version)
    {
        if (_steps is null || version is null) return null;
        if (_limit is not null && version >= _limit) return false;
        var affected = false;
        foreach (var (at, kind) in _steps)
        {
            var order = at is null ? 1 : version.CompareTo(at);
            if (kind == RangeEventKind.LastAffected ? order > 0 : order >= 0) affected = kind == RangeEventKind.Introduced;
        }
        return affected;
    }
}
