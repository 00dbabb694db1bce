namespace Hashgate.Core.Trust;

/// <summary>
/// Which sequences are in the journal: all up to <see cref="CompleteThrough"/>, and some ranges beyond. Bounded: what doesn't fit
/// is forgotten, and is then journaled a second time, which does no harm.
/// </summary>
internal sealed class SequenceSet(long completeThrough)
{
    private const int MaxBeyond = 100_000;
    private readonly HashSet<long> _beyond = [];

    public long CompleteThrough { get; private set; } = completeThrough;

    public bool Contains(long sequence) => sequence <= CompleteThrough || _beyond.Contains(sequence);

    /// <summary>What <see cref="CompleteThrough"/> will be once these are added.</summary>
    public long CompleteThroughWith(IReadOnlyCollection<long> sequences)
    {
        var added = sequences as IReadOnlySet<long> ?? sequences.ToHashSet();
        var through = CompleteThrough;
        while (added.Contains(through + 1) || _beyond.Contains(through + 1)) through++;
        return through;
    }

    public void Add(IReadOnlyCollection<long> sequences)
    {
        foreach (var sequence in sequences)
        {
            if (sequence > CompleteThrough && _beyond.Count < MaxBeyond) _beyond.Add(sequence);
        }
        while (_beyond.Remove(CompleteThrough + 1)) CompleteThrough++;
    }

    /// <summary>Everything up to this sequence is in the journal.</summary>
    public void Complete(long through)
    {
        if (through <= CompleteThrough) return;
        CompleteThrough = through;
        _beyond.RemoveWhere(s => s <= through);
        while (_beyond.Remove(CompleteThrough + 1)) CompleteThrough++;
    }
}
