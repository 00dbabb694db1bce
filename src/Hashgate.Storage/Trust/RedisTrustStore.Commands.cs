using System.Text.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using StackExchange.Redis;

namespace Hashgate.Storage.Trust;

// What is sent to Redis and how its replies read.
public sealed partial class RedisTrustStore
{
    /// <summary>Reads what is on record of the claimed files, then the state: where the store was exchanged meanwhile, it is the state that shows it.</summary>
    private async Task<StoreState> SeenAsync(IDatabase db, ProjectName project, string upstream, ClaimIndex claims, TrustRecord?[] records)
    {
        if (claims.AreFew)
        {
            var first = claims.First.ToArray();
            var values = db.HashGetAsync(RecordsKey(project), [.. first.Select(i => (RedisValue)claims[i].Key.Value)]);
            var few = await StateAsync(db, BucketOf(project));
            foreach (var (index, value) in first.Zip(await values))
            {
                if (!value.IsNull) records[index] = RedisRecords.Decode(project, claims[index].Key, value, claims[index], upstream);
            }
            return few;
        }
        var entries = db.HashGetAllAsync(RecordsKey(project));
        var state = await StateAsync(db, BucketOf(project));
        foreach (var entry in await entries)
        {
            if (claims.IndexOf(((ReadOnlyMemory<byte>)entry.Name).Span) is { } index) records[index] = RedisRecords.Decode(project, claims[index].Key, entry.Value, claims[index], upstream);
        }
        return state;
    }

    /// <param name="counted">What the sequence likely is: the records' numbers are right then as they are sent.</param>
    private Task<RedisResult> PutAsync(IDatabase db, ProjectName project, IReadOnlyList<TrustRecord> records, long counted, StoreFence fence)
    {
        RedisValue[] arguments = [fence.Identity, fence.MinSequence, project.Value, counted, Batch, .. RedisRecords.Encode(records, counted)];
        return db.ScriptEvaluateAsync(RedisTrustScripts.Pin, [StateKey(BucketOf(project)), IndexKey(BucketOf(project)), RecordsKey(project)], arguments);
    }

    private Task<RedisResult> ReplaceAsync(IDatabase db, ProjectName project, IEnumerable<(TrustRecord Was, TrustRecord After)> changes, Func<TrustRecord, ReplacedRecord>? remember, StoreFence fence)
    {
        var arguments = new List<RedisValue> { fence.Identity, fence.MinSequence, project.Value };
        foreach (var (was, after) in changes)
        {
            arguments.Add(was.Key.Value);
            arguments.Add(was.Sequence);
            arguments.Add(RedisRecords.Encode(after));
            arguments.Add(remember is null ? "" : Json(remember(was)));
        }
        return db.ScriptEvaluateAsync(RedisTrustScripts.Replace, [StateKey(BucketOf(project)), IndexKey(BucketOf(project)), RecordsKey(project), HistoryKey(project)], [.. arguments]);
    }

    /// <summary>The records whose sequence lies above <paramref name="from"/>, and not above the window's end; then how far the store has come.</summary>
    private async Task<(IReadOnlyList<TrustRecord> Records, long Last)> WindowAsync(IDatabase db, int bucket, long from)
    {
        var end = from + Window;
        // What was recorded at once and begins in the window ends behind it by less than a chunk.
        var found = await db.SortedSetRangeByScoreWithScoresAsync(IndexKey(bucket), from, end + Chunk, Exclude.Start);
        var entries = found.Select(RedisIndexEntry.Read).Where(e => e.First <= end).ToLookup(e => e.Key is null);
        var ones = await Task.WhenAll(entries[false].Select(async e => (Entry: e, Value: await db.HashGetAsync(RecordsKey(e.Project), e.Key!.Value.Value))));
        var projects = await Task.WhenAll(entries[true].Select(e => e.Project).Distinct().Select(project => ProjectAsync(db, project)));
        var batches = entries[true].ToLookup(e => e.Project);
        var records = ones.Where(o => !o.Value.IsNull).Select(o => RedisRecords.Decode(o.Entry.Project, o.Entry.Key!.Value, o.Value))
            .Concat(projects.SelectMany(records => records).Where(r => batches[r.Project].Any(e => e.Holds(r))));
        return ([.. records.Where(r => r.Sequence > from && r.Sequence <= end).DistinctBy(r => (r.Project, r.Key)).OrderBy(r => r.Sequence)], (await StateAsync(db, bucket)).Sequence);
    }

    private async Task<IReadOnlyList<TrustRecord>> ProjectAsync(IDatabase db, ProjectName project) =>
        [.. (await db.HashGetAllAsync(RecordsKey(project))).Select(e => RedisRecords.Decode(project, new FileKey(e.Name!), e.Value))];

    private async Task<StoreState> StateAsync(IDatabase db, int bucket) => StateOf(await db.HashGetAsync(StateKey(bucket), StateFields));

    private static StoreState StateOf(RedisValue[] fields) => new(fields[0].IsNullOrEmpty ? null : (string?)fields[0], fields[1].IsNull ? 0 : (long)fields[1]);

    private static StoreState StateOf(RedisResult reply) => new((string?)reply[0] is { Length: > 0 } identity ? identity : null, (long)reply[1]);

    /// <summary>A script's word on one record: the number it gave it, or the value that was there, or neither.</summary>
    private static (long? Number, TrustRecord? There) Entry(RedisResult reply, int index, ProjectName project, FileKey key)
    {
        var entry = reply[index + 2];
        if (entry.IsNull) return (null, null);
        return entry.Resp2Type == ResultType.Integer ? ((long)entry, null) : (null, RedisRecords.Decode(project, key, (RedisValue)entry));
    }

    private static RedisValue Json(ReplacedRecord replaced) => JsonSerializer.SerializeToUtf8Bytes(replaced, TrustJson.Default.ReplacedRecord);
}
