using System.Collections.Concurrent;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;

namespace Hashgate.Storage.Journals;

/// <summary>The journals in a bucket, as a restore and a new replica read them.</summary>
public sealed class BucketJournals(JournalBucket bucket, JournalSender sender) : ISharedJournals
{
    private const int ReadAtOnce = 8;

    public string? Trouble => sender.Trouble;

    public async ValueTask<IReadOnlyList<JournalHead>> ReadHeadsAsync(CancellationToken cancellationToken) => await GuardAsync(async () =>
    {
        var heads = new ConcurrentBag<JournalHead>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(await bucket.ListHeadsAsync(cancellationToken), options, async (replica, token) =>
        {
            if (await ReadTailAsync(replica, token) is { } tail) heads.Add(new JournalHead(replica, tail.Store!, tail.High));
        });
        return (IReadOnlyList<JournalHead>)[.. heads.OrderBy(h => h.Replica, StringComparer.Ordinal)];
    });

    public async ValueTask<IReadOnlyList<ISharedJournal>> OpenAsync(CancellationToken cancellationToken) => await GuardAsync(async () =>
    {
        var journals = new List<ISharedJournal>();
        foreach (var lines in await bucket.ListChunksAsync(null, cancellationToken))
        {
            JournalChunk[] chunks = [.. lines.Order()];
            // One that was killed between its first lines and its first head knows what those lines say.
            var tail = await ReadTailAsync(lines.Key, cancellationToken) ?? await BucketJournal.ReadTailAsync(bucket, lines.Key, chunks, cancellationToken);
            journals.Add(new BucketJournal(bucket, lines.Key, tail, chunks));
        }
        return (IReadOnlyList<ISharedJournal>)journals;
    });

    private async Task<JournalTail?> ReadTailAsync(string replica, CancellationToken cancellationToken)
    {
        var where = bucket.Describe(replica, null);
        try
        {
            return await bucket.ReadHeadAsync(replica, cancellationToken) is { } head ? HeadObject.Read(head) : null;
        }
        catch (InvalidDataException e)
        {
            throw new StoreUnavailableException($"The journal's head {where} in the object store is damaged: remove that object; its replica writes it anew.", e);
        }
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException($"The journals in the object store can't be read: {e.Message}", e);
        }
    }
}
