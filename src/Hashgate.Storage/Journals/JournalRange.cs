namespace Hashgate.Storage.Journals;

/// <summary>Bytes of one segment of a journal.</summary>
internal readonly record struct JournalRange(int Segment, long From, long To)
{
    /// <summary>What of a journal's segments no chunk covers, in order.</summary>
    /// <param name="segments">The length of each segment in bytes, by its number.</param>
    /// <param name="chunks">In their order.</param>
    public static IEnumerable<JournalRange> Missing(IEnumerable<(int Segment, long Length)> segments, IReadOnlyCollection<JournalChunk> chunks)
    {
        foreach (var (segment, length) in segments)
        {
            var covered = 0L;
            foreach (var chunk in chunks)
            {
                if (chunk.Segment != segment || chunk.To <= covered) continue;
                if (chunk.From > covered) yield return new JournalRange(segment, covered, Math.Min(chunk.From, length));
                covered = chunk.To;
                if (covered >= length) break;
            }
            if (covered < length) yield return new JournalRange(segment, covered, length);
        }
    }
}
