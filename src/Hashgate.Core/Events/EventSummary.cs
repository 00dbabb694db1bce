namespace Hashgate.Core.Events;

/// <summary>
/// Counts of the events of some whole hours. An event that tells of several things at once counts as many (<see cref="Event.Count"/>).
/// What is old enough to be removed by age is no longer counted; what was removed because there were too many events still is.
/// </summary>
/// <param name="Since">The first hour's beginning.</param>
/// <param name="Until">The last hour's end.</param>
/// <param name="Step">The length of one step of the series, whole hours; the last one may be shorter.</param>
/// <param name="ByKind">For each kind that occurred.</param>
/// <param name="Refusals">Blocked and held, for each rule that refused, the busiest rule first.</param>
/// <param name="Projects">The ten projects most often refused, most first. Where very many were, their counts are lower bounds.</param>
/// <param name="Clients">The ten clients most often refused, likewise.</param>
public sealed record EventSummary(
    DateTimeOffset Since,
    DateTimeOffset Until,
    TimeSpan Step,
    IReadOnlyDictionary<string, long> ByKind,
    IReadOnlyList<RefusalSeries> Refusals,
    IReadOnlyList<NamedCount> Projects,
    IReadOnlyList<NamedCount> Clients)
{
    /// <summary>The most steps of one summary.</summary>
    public const int MaxSteps = 10_000;

    /// <summary>How many projects and clients are named.</summary>
    public const int TopLength = 10;
}

/// <summary>What one rule refused over time.</summary>
/// <param name="Rule">Its name; empty for refusals without a rule.</param>
/// <param name="Counts">One for each step, oldest first.</param>
public sealed record RefusalSeries(string Rule, IReadOnlyList<long> Counts);

/// <summary>How often a name occurred.</summary>
public sealed record NamedCount(string Name, long Count);
