using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Trust;

/// <summary>
/// Trust records in Redis: a hash of records and a list of replaced ones per project, and for each bucket an index by sequence and the state, all of
/// which lie in one slot of a cluster, for scripts touch them together. The index names a
/// record by project and key, and many that were recorded at once by their project and the first of their numbers. No key ever expires. A call is cut into scripts of at most 1,000 records, so that a huge project doesn't hold up others; each checks the fence.
/// </summary>
public sealed partial class RedisTrustStore(RedisConnection redis) : ITrustStore
{
    private const string Family = "trust";
    private const int Chunk = 1000;
    private const long Window = 2000;

    // As many new records are one entry of the index: to find them their whole project is read.
    private const int Batch = 32;

    private static readonly RedisValue[] StateFields = ["identity", "sequence"];

    /// <summary>What the keys and values look like; kept beside the identity.</summary>
    internal const long Version = 2;

    public int BucketCount { get; } = BucketsOf(redis);

    internal static int BucketsOf(RedisConnection redis) => redis.IsCluster ? ProjectBuckets.Count : 1;

    public ValueTask<StoreState> GetStateAsync(int bucket, CancellationToken cancellationToken) => redis.RunAsync(db => StateAsync(db, bucket), cancellationToken);

    public ValueTask<StoreState> InitializeAsync(int bucket, string identity, CancellationToken cancellationToken) => redis.RunAsync(async db =>
    {
        // An emptied identity (a restore under way) is a field that is there, and stays.
        if (await db.HashSetAsync(StateKey(bucket), "identity", identity, When.NotExists)) await db.HashSetAsync(StateKey(bucket), "version", Version);
        return await StateAsync(db, bucket);
    }, cancellationToken);

    public async ValueTask<PinResult> PinAsync(ProjectName project, string upstream, IReadOnlyList<FileClaim> claims, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken)
    {
        var index = new ClaimIndex(claims);
        var records = new TrustRecord?[claims.Count];
        var state = await redis.RunAsync(db => SeenAsync(db, project, upstream, index, records), cancellationToken);
        var unknown = fence.HeldBy(state) ? index.First.Where(i => records[i] is null).ToArray() : [];
        var chunks = unknown.Chunk(Chunk).ToArray();
        var counted = state.Sequence;
        var replies = await redis.RunAsync(db => Task.WhenAll(chunks.Select((chunk, number) =>
            PutAsync(db, project, [.. chunk.Select(i => TrustRecord.Of(project, upstream, claims[i], now))], counted + number * Chunk, fence))), cancellationToken);
        var isNew = new bool[claims.Count];
        foreach (var (chunk, reply) in chunks.Zip(replies))
        {
            state = StateOf(reply);
            for (var i = 0; i < chunk.Length; i++)
            {
                var claim = claims[chunk[i]];
                var (number, there) = Entry(reply, i, project, claim.Key);
                isNew[chunk[i]] = number is not null;
                records[chunk[i]] = number is { } sequence ? TrustRecord.Of(project, upstream, claim, now, sequence) : there;
            }
        }
        var pins = new Pin[claims.Count];
        for (var i = 0; i < pins.Length; i++)
        {
            pins[i] = isNew[i] ? new Pin(PinOutcome.New, records[i]) : records[index.FirstLike(i)]?.Hold(claims[i]) ?? Pin.Unrecorded;
        }
        return fence.HeldBy(state) ? await AddCoreMetadataAsync(project, claims, pins, state, fence, cancellationToken) : new PinResult(pins, state);
    }

    public ValueTask<RecordResult> ProveAsync(ProjectName project, FileKey key, Sha256Digest sha256, long size, DateTimeOffset now, StoreFence fence, CancellationToken cancellationToken) =>
        ChangeAsync(project, key, fence, record => record.WithProof(sha256, size, now), null, cancellationToken);

    public ValueTask<RecordResult> AcceptAsync(TrustOverride accepted, StoreFence fence, CancellationToken cancellationToken) =>
        ChangeAsync(accepted.Project, accepted.Key, fence, record => record.With(accepted), accepted.Replacing, cancellationToken);

    public ValueTask<IReadOnlyList<TrustRecord>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        redis.RunAsync(db => ProjectAsync(db, project), cancellationToken);

    public async ValueTask<IReadOnlyList<ReplacedRecord>> GetHistoryAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var entries = await redis.RunAsync(db => db.ListRangeAsync(HistoryKey(project)), cancellationToken);
        return [.. entries.Select(e => JsonSerializer.Deserialize((byte[])e!, TrustJson.Default.ReplacedRecord)!)];
    }

    public async IAsyncEnumerable<TrustRecord> ReadAsync(int bucket, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var from = afterSequence; ; from += Window)
        {
            var (records, last) = await redis.RunAsync(db => WindowAsync(db, bucket, from), cancellationToken);
            foreach (var record in records) yield return record;
            if (from + Window >= last) yield break;
        }
    }

    public async ValueTask<ImportResult> ImportAsync(IReadOnlyList<TrustRecord> records, StoreFence fence, CancellationToken cancellationToken)
    {
        var state = records.Count == 0 ? default : await GetStateAsync(BucketOf(records[0].Project), cancellationToken);
        var added = new List<TrustRecord>();
        var differences = new List<RecordDifference>();
        var same = 0;
        foreach (var chunks in Batches(records))
        {
            var counted = state.Sequence;
            var replies = await redis.RunAsync(db => Task.WhenAll(chunks.Select(chunk =>
            {
                counted += chunk.Length;
                return PutAsync(db, chunk[0].Project, chunk, counted - chunk.Length, fence);
            })), cancellationToken);
            foreach (var (chunk, reply) in chunks.Zip(replies))
            {
                state = StateOf(reply);
                for (var i = 0; i < chunk.Length; i++)
                {
                    var (number, here) = Entry(reply, i, chunk[i].Project, chunk[i].Key);
                    if (number is { } sequence) added.Add(chunk[i] with { Sequence = sequence });
                    else if (here is not null && here.Sha256 != chunk[i].Sha256) differences.Add(new RecordDifference(here, chunk[i]));
                    else if (here is not null) same++;
                }
            }
        }
        return new ImportResult(added, same, differences, state);
    }

    public async ValueTask RestoreAsync(int bucket, StoreState state, IReadOnlyList<TrustRecord> records, IReadOnlyList<ReplacedRecord> history, CancellationToken cancellationToken)
    {
        await redis.RunAsync(db => db.HashSetAsync(StateKey(bucket), "identity", ""), cancellationToken);
        foreach (var chunks in Batches(records))
        {
            await redis.RunAsync(async db =>
            {
                var index = db.SortedSetAddAsync(IndexKey(bucket), [.. chunks.SelectMany(chunk => chunk).Select(r => new SortedSetEntry(RedisIndexEntry.Of(r), r.Sequence))]);
                await Task.WhenAll(chunks.Select(chunk => db.HashSetAsync(RecordsKey(chunk[0].Project), [.. chunk.Select(r => new HashEntry(r.Key.Value, RedisRecords.EncodeNumbered(r)))])));
                return await index;
            }, cancellationToken);
        }
        foreach (var entries in history.GroupBy(h => h.Was.Project))
        {
            await redis.RunAsync(async db => await db.KeyExistsAsync(HistoryKey(entries.Key))
                ? 0
                : await db.ListRightPushAsync(HistoryKey(entries.Key), [.. entries.Select(Json)]), cancellationToken);
        }
        await redis.RunAsync(async db =>
        {
            await db.HashSetAsync(StateKey(bucket), "version", Version);
            return await db.ScriptEvaluateAsync(RedisTrustScripts.FinishRestore, [StateKey(bucket)], [state.Identity, state.Sequence]);
        }, cancellationToken);
    }

    private async ValueTask<PinResult> AddCoreMetadataAsync(ProjectName project, IReadOnlyList<FileClaim> claims, Pin[] pins, StoreState state, StoreFence fence, CancellationToken cancellationToken)
    {
        var told = new List<(int Index, TrustRecord Was, TrustRecord After)>();
        for (var i = 0; i < pins.Length; i++)
        {
            if (pins[i] is { Outcome: PinOutcome.Same, Record: { } was } && was.WithCoreMetadataOf(claims[i]) is { } after) told.Add((i, was, after));
        }
        foreach (var chunk in told.DistinctBy(t => t.Was.Key).Chunk(Chunk))
        {
            var reply = await redis.RunAsync(db => ReplaceAsync(db, project, chunk.Select(t => (t.Was, t.After)), null, fence), cancellationToken);
            state = StateOf(reply);
            for (var i = 0; i < chunk.Length; i++)
            {
                var (index, was, after) = chunk[i];
                var (number, there) = Entry(reply, i, project, was.Key);
                // Somebody else was faster: what they told is held against this claim.
                pins[index] = number is { } sequence
                    ? new Pin(PinOutcome.Same, after with { Sequence = sequence }, CoreMetadataAdded: true)
                    : there?.Hold(claims[index]) ?? Pin.Unrecorded;
            }
        }
        return new PinResult(pins, state);
    }

    private async ValueTask<RecordResult> ChangeAsync(ProjectName project, FileKey key, StoreFence fence, Func<TrustRecord, TrustRecord?> change, Func<TrustRecord, ReplacedRecord>? remember, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (value, state) = await redis.RunAsync(async db =>
            {
                var record = db.HashGetAsync(RecordsKey(project), key.Value);
                return (await record, await StateAsync(db, BucketOf(project)));
            }, cancellationToken);
            if (value.IsNull) return new RecordResult(null, false, state);
            var was = RedisRecords.Decode(project, key, value);
            if (!fence.HeldBy(state) || change(was) is not { } after) return new RecordResult(was, false, state);
            var reply = await redis.RunAsync(db => ReplaceAsync(db, project, [(was, after)], remember, fence), cancellationToken);
            if (Entry(reply, 0, project, key).Number is { } number) return new RecordResult(after with { Sequence = number }, true, StateOf(reply));
        }
    }

    /// <summary>Each project's records in pieces of what one script takes, as many pieces together as one round trip takes.</summary>
    private static IEnumerable<TrustRecord[][]> Batches(IReadOnlyList<TrustRecord> records)
    {
        var (batch, count) = (new List<TrustRecord[]>(), 0);
        foreach (var chunk in records.GroupBy(r => r.Project).SelectMany(project => project.Chunk(Chunk)))
        {
            if (count + chunk.Length > Chunk)
            {
                yield return [.. batch];
                batch.Clear();
                count = 0;
            }
            batch.Add(chunk);
            count += chunk.Length;
        }
        if (count > 0) yield return [.. batch];
    }

    private int BucketOf(ProjectName project) => ProjectBuckets.Of(project, BucketCount);

    internal static RedisKey StateKeyOf(RedisConnection redis, int bucket, bool cluster) => redis.Key(Family, PartOf(bucket), "state", cluster);

    private RedisKey StateKey(int bucket) => Key(bucket, "state");

    private RedisKey IndexKey(int bucket) => Key(bucket, "sequence");

    private RedisKey RecordsKey(ProjectName project) => Key(BucketOf(project), "project:" + project.Value);

    private RedisKey HistoryKey(ProjectName project) => Key(BucketOf(project), "history:" + project.Value);

    private RedisKey Key(int bucket, string name) => redis.Key(Family, PartOf(bucket), name);

    private static string PartOf(int bucket) => bucket.ToString(CultureInfo.InvariantCulture);
}
