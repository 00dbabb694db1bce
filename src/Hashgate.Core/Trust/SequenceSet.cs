namespace Hashgate.Core.Trust;

/// <summary>
/// Which sequences of a bucket are in the journal: all up to <see cref="CompleteThrough"/>, and some ranges beyond. Bounded: what doesn't fit
/// is forgotten, and is then journaled a second time, which does no harm.
/// </summary>
/// <param name="maxBeyond">How many beyond it are kept.</param>
internal sealed class SequenceSet(long completeThrough, int maxBeyond = 100_000)
{
    private readonly HashSet<long> _beyond = [];

    public long CompleteThrough { get; private set; } = completeThrough;

    public bool Contains(long sequence) => sequence <= CompleteThrough || _beyond.Contains(sequence);

    /// <summary>What <see cref="CompleteThrough"/> will be once these are added, which must ascend.</summary>
    public long CompleteThroughWith(IReadOnlyList<long> sequences)
    {
        var through = CompleteThrough;
        foreach (var sequence in sequences)
        {
            while (_beyond.Contains(through + 1)) through++;
            if (sequence == through + 1) through++;
        }
        while (_beyond.Contains(through + 1)) through++;
        return through;
    }

    /// <summary>Adds sequences, which nearly always follow on what is there.</summary>
    public void Add(IReadOnlyList<long> sequences)
    {
        foreach (var sequence in sequences)
        {
            if (sequence == CompleteThrough + 1) Advance(sequence);
            else if (sequence > CompleteThrough && _beyond.Count < maxBeyond) _beyond.Add(sequence);
        }
    }

    /// <summary>Everything up to this sequence is in the journal.</summary>
    public void Complete(long through)
    {
        if (through <= CompleteThrough) return;
        _beyond.RemoveWhere(s => s <= through);
        Advance(through);
    }

    private void Advance(long through)
    {
        CompleteThrough = through;
        while (_beyond.Remove(CompleteThrough + 1)) CompleteThrough++;
    }
}
