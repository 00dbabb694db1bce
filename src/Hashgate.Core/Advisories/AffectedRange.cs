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
/// <param name="events">As the record lists them.</param>
public sealed class AffectedRange(IReadOnlyCollection<RangeEvent> events)
{
    // "introduced": "0" stands for before every version, a "limit" of "*" for after every one.
    private const string BeforeAll = "0";
    private const string AfterAll = "*";

    private readonly record struct Step(PackageVersion? Version, RangeEventKind Kind);

    /// <param name="Steps">Null where an event's version is none.</param>
    /// <param name="Limit">Null: no limit.</param>
    private sealed record Order(Step[]? Steps, PackageVersion? Limit);

    // Put in order when first asked: of a feed's tens of thousands of ranges hardly any ever is.
    private Order? _order;

    /// <summary>As the record lists them.</summary>
    public IReadOnlyCollection<RangeEvent> Events => events;

    /// <summary>Whether the version lies within; null where the range's own events, or the version, can't be ordered.</summary>
    public bool? Contains(PackageVersion? version)
    {
        var (steps, limit) = _order ??= Arrange(events);
        if (steps is null || version is null) return null;
        if (limit is not null && version >= limit) return false;
        var affected = false;
        foreach (var (at, kind) in steps)
        {
            var order = at is null ? 1 : version.CompareTo(at);
            if (kind == RangeEventKind.LastAffected ? order > 0 : order >= 0) affected = kind == RangeEventKind.Introduced;
        }
        return affected;
    }

    private static Order Arrange(IReadOnlyCollection<RangeEvent> events)
    {
        var steps = new List<Step>();
        PackageVersion? limit = null;
        var unlimited = false;
        foreach (var (kind, text) in events)
        {
            if (kind == RangeEventKind.Introduced && text == BeforeAll) steps.Add(new Step(null, kind));
            else if (kind == RangeEventKind.Limit && text == AfterAll) unlimited = true;
            else if (!PackageVersion.TryParse(text, out var version)) return new Order(null, null);
            else if (kind != RangeEventKind.Limit) steps.Add(new Step(version, kind));
            else if (limit is null || version > limit) limit = version;
        }
        return new Order([.. steps.OrderBy(step => step.Version).ThenBy(step => step.Kind)], unlimited ? null : limit);
    }
}
