using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;

namespace Hashgate.Storage.Journals;

/// <summary>One replica's journal in the bucket. Lines come as its replica wrote them, or not at all: each object is held against the digest in its name.</summary>
internal sealed class BucketJournal(JournalBucket bucket, string replica, JournalTail tail, IReadOnlyList<JournalChunk> chunks) : ISharedJournal
{
    public string Replica => replica;

    public string? Identity => tail.Store;

    public BucketSequences HighestSequence => tail.High;

    public IReadOnlyList<string> Gaps =>
        [.. JournalRange.Missing(chunks.GroupBy(c => c.Segment, (segment, of) => (segment, of.Max(c => c.To))), [.. chunks])
            .Select(gap => $"The journal of {replica} in the object store lacks bytes {gap.From} to {gap.To} of its segment {gap.Segment}."),
        .. Enumerable.Range(1, chunks[^1].Segment).Except(chunks.Select(c => c.Segment)).Select(segment => $"The journal of {replica} in the object store lacks its segment {segment}.")];

    public async IAsyncEnumerable<JournalEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var chunk in chunks)
        {
            var (lines, where) = (await ReadLinesAsync(bucket, replica, chunk, cancellationToken), bucket.Describe(replica, chunk));
            for (var (at, number) = (0, 1); at < lines.Length; number++)
            {
                var end = Array.IndexOf(lines, (byte)'\n', at);
                if (end < 0) throw Damaged(where, "it ends within a line");
                yield return JournalLine.Read(lines.AsSpan(at..end), $"{where}, line {number}").Entry;
                at = end + 1;
            }
        }
    }

    /// <summary>What the journal's last lines say of it.</summary>
    /// <exception cref="StoreUnavailableException">They are damaged, or can't be read.</exception>
    public static async Task<JournalTail> ReadTailAsync(JournalBucket bucket, string replica, IReadOnlyList<JournalChunk> chunks, CancellationToken cancellationToken)
    {
        var told = new List<JournalTailLine>();
        foreach (var chunk in chunks.Reverse())
        {
            var (lines, where) = (await ReadLinesAsync(bucket, replica, chunk, cancellationToken), bucket.Describe(replica, chunk));
            try
            {
                for (var end = lines.Length - 1; end > 0;)
                {
                    var start = lines.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
                    told.Add(JournalLine.ReadTail(lines.AsMemory(start..end), where));
                    if (told[^1].Bucket is null) return HeadObject.Checked(JournalTailLine.Read(told)!.Value);
                    end = start - 1;
                }
            }
            catch (InvalidDataException e)
            {
                throw Damaged(where, e.Message);
            }
        }
        throw Damaged(bucket.Describe(replica, chunks[0]), "the lines before it are missing");
    }

    private static async Task<byte[]> ReadLinesAsync(JournalBucket bucket, string replica, JournalChunk chunk, CancellationToken cancellationToken)
    {
        var where = bucket.Describe(replica, chunk);
        try
        {
            var packed = await bucket.ReadChunkAsync(replica, chunk, cancellationToken) ?? throw new InvalidDataException("it is not there any more");
            var lines = new byte[chunk.Length];
            await using var unpacked = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            await unpacked.ReadExactlyAsync(lines, cancellationToken);
            if (await unpacked.ReadAsync(new byte[1], cancellationToken) > 0 || new Sha256Digest(SHA256.HashData(lines)) != chunk.Digest) throw new InvalidDataException("its bytes are not those of its name");
            return lines;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(where, e.Message);
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException($"The journals in the object store can't be read: {e.Message}", e);
        }
    }

    private static StoreUnavailableException Damaged(string where, string why) =>
        new($"The journal's {where} in the object store is damaged: {why}. Remove that object: its replica sends it again at its next start, and without it the restore does without its lines.");
}
