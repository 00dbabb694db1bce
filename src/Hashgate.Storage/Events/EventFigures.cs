namespace Hashgate.Storage.Events;

/// <summary>What became of this process's events since it started.</summary>
/// <param name="Recorded">How many were recorded, by kind: each one, repeats that are stored as a count included.</param>
/// <param name="Queued">How many wait to be written.</param>
/// <param name="Dropped">How many were lost: too many waited, or the store would never take them.</param>
public sealed record EventFigures(IReadOnlyDictionary<string, long> Recorded, int Queued, long Dropped);
