using Hashgate.Core;
using Hashgate.Storage.Trust;
using Microsoft.Extensions.Logging;

namespace Hashgate.Storage.Journals;

/// <summary>
/// Sends this replica's journal to the bucket: what isn't there yet, then the head, by which others know how far it has come. What is there is
/// known from the names alone, so that a bucket that lost something, or is a new one, gets all of it again. Small objects are put together
/// now and then. For one caller at a time.
/// </summary>
public sealed class JournalSender(FileTrustJournal journal, JournalBucket bucket, ILogger<JournalSender> logger)
{
    /// <summary>So many small objects in a row become one.</summary>
    private const int MostSmall = 64;

    private string? _replica;
    private SortedSet<JournalChunk>? _there;
    private (string Path, long Length) _sent;
    private volatile string? _trouble;

    /// <summary>Why the last try failed; null where none did.</summary>
    public string? Trouble => _trouble;

    /// <summary>Sends what is new.</summary>
    /// <exception cref="IOException">The object store can't be asked or doesn't take it; what was sent stays, the rest is sent by the next call.</exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendNewAsync(cancellationToken);
            _trouble = null;
        }
        catch (IOException e)
        {
            _trouble = $"This replica's journal can't be sent to the object store: {e.Message} Nothing is lost: it is on this replica's disk, and is sent as soon as the store takes it.";
            throw;
        }
    }

    private async Task SendNewAsync(CancellationToken cancellationToken)
    {
        var end = journal.End;
        if ((end.Path, end.Length) == _sent || end.Tail.Store is null) return;
        var segments = SegmentFile.Of(journal.Directory, end.Path, end.Length);
        var there = _there ??= await LookAsync(segments, cancellationToken);
        foreach (var missing in JournalRange.Missing(segments.Select(s => (s.Number, s.Length)), there).ToArray())
        {
            var segment = segments.First(s => s.Number == missing.Segment);
            for (var rest = missing; rest.From < rest.To;)
            {
                var piece = segment.FirstOf(rest);
                await WriteAsync(segment, piece, there, cancellationToken);
                rest = rest with { From = piece.To };
            }
        }
        // After the lines: it says that they are there.
        await bucket.WriteHeadAsync(_replica!, HeadObject.Write(end.Tail), cancellationToken);
        _sent = (end.Path, end.Length);
        while (NextMerge(there, segments[^1].Number) is { } merge)
        {
            await WriteAsync(segments.First(s => s.Number == merge.Segment), merge, there, cancellationToken);
            await RemoveCoveredAsync(there, cancellationToken);
        }
    }

    /// <summary>Small objects in a row that are to be one: enough of them, or the rest of a file to which nothing is added any more.</summary>
    /// <param name="there">In their order.</param>
    /// <param name="open">The number of the file that grows.</param>
    internal static JournalRange? NextMerge(IEnumerable<JournalChunk> there, int open)
    {
        var (run, count) = (default(JournalRange), 0);
        foreach (var chunk in there)
        {
            var isSmall = chunk.Length < JournalChunk.FullBytes;
            if (count > 0 && isSmall && chunk.Segment == run.Segment && chunk.From == run.To)
            {
                run = run with { To = chunk.To };
                count++;
                if (count == MostSmall || run.To - run.From >= JournalChunk.FullBytes) return run;
                continue;
            }
            if (count > 1 && run.Segment != open) return run;
            (run, count) = (new JournalRange(chunk.Segment, chunk.From, chunk.To), isSmall ? 1 : 0);
        }
        return count > 1 && run.Segment != open ? run : null;
    }

    private async Task WriteAsync(SegmentFile segment, JournalRange range, SortedSet<JournalChunk> there, CancellationToken cancellationToken)
    {
        using var packed = Scratch.Rent();
        var chunk = new JournalChunk(segment.Number, range.From, range.To, await segment.PackAsync(range, packed, cancellationToken));
        await bucket.WriteChunkAsync(_replica!, chunk, packed, cancellationToken);
        there.Add(chunk);
    }

    /// <summary>What the bucket has of this journal, under the name that this journal has there.</summary>
    private async Task<SortedSet<JournalChunk>> LookAsync(IReadOnlyList<SegmentFile> segments, CancellationToken cancellationToken)
    {
        var place = Path.Combine(journal.Directory, "replica");
        _replica = File.Exists(place) && (await File.ReadAllTextAsync(place, cancellationToken)).Trim() is var known && JournalBucket.IsReplica(known) ? known : TakeName(place);
        var there = new SortedSet<JournalChunk>((await bucket.ListChunksAsync(_replica, cancellationToken))[_replica]);
        if (there.Count > 0 && !await IsOursAsync(there.Max, segments, cancellationToken))
        {
            // Put back from a backup, or copied to another replica: both go on differently under one name otherwise.
            var before = _replica;
            _replica = TakeName(place);
            logger.TookNewName(before, _replica);
            return [];
        }
        await RemoveCoveredAsync(there, cancellationToken);
        return there;
    }

    private static string TakeName(string place)
    {
        var name = JournalBucket.NewReplica();
        WholeFile.Write(place, file => file.Write(System.Text.Encoding.ASCII.GetBytes(name + "\n")));
        return name;
    }

    private static async Task<bool> IsOursAsync(JournalChunk chunk, IReadOnlyList<SegmentFile> segments, CancellationToken cancellationToken)
    {
        var segment = segments.FirstOrDefault(s => s.Number == chunk.Segment && s.Length >= chunk.To);
        return segment.Path is not null && await segment.PackAsync(new JournalRange(chunk.Segment, chunk.From, chunk.To), Stream.Null, cancellationToken) == chunk.Digest;
    }

    private async Task RemoveCoveredAsync(SortedSet<JournalChunk> there, CancellationToken cancellationToken)
    {
        // Whatever covers another begins no later: those before it, back to the last that it doesn't reach.
        var covered = new List<JournalChunk>();
        JournalChunk? widest = null;
        foreach (var chunk in there)
        {
            if (widest is { } wide && wide.Covers(chunk)) covered.Add(chunk);
            else if (widest is { } narrow && chunk.Covers(narrow)) (covered, widest) = ([.. covered, narrow], chunk);
            else widest = chunk;
        }
        foreach (var chunk in covered)
        {
            await bucket.RemoveChunkAsync(_replica!, chunk, cancellationToken);
            there.Remove(chunk);
        }
    }
}
