using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Downloads;

/// <summary>
/// Downloads of all replicas in Redis: for each day one hash of counts and one of what else is known, by project, file and client, and one
/// sorted set by which the entries of a project, a file or a digest are found without reading the others.
/// </summary>
public sealed class RedisDownloadStore(RedisConnection redis) : IDownloadStore
{
    private const int ChunkLength = 500;
    private const char Separator = '\n';

    private RedisKey Days => redis.Key("downloads");

    public async ValueTask AddAsync(IReadOnlyCollection<Download> downloads, CancellationToken cancellationToken)
    {
        foreach (var chunk in downloads.Chunk(ChunkLength))
        {
            // One transaction for a chunk: an entry without its count, or the reverse, would be read as another.
            await redis.RunAsync(
                async database =>
                {
                    var transaction = database.CreateTransaction();
                    foreach (var d in chunk)
                    {
                        _ = transaction.SortedSetAddAsync(Days, d.Day.DayNumber, d.Day.DayNumber);
                        _ = transaction.HashIncrementAsync(Counts(d.Day), Field(d), d.Count);
                        _ = transaction.HashSetAsync(Details(d.Day), Field(d), JsonSerializer.SerializeToUtf8Bytes(Detail.Of(d)));
                        _ = transaction.SortedSetAddAsync(Index(d.Day), DownloadIndex.Entries(Field(d), d.Sha256));
                    }
                    return await transaction.ExecuteAsync();
                },
                cancellationToken);
        }
    }

    public async IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = DownloadIndex.RangeOf(query);
        var days = await redis.RunAsync(d => d.SortedSetRangeByScoreAsync(Days, query.Since?.DayNumber ?? 0), cancellationToken);
        foreach (var day in days.Select(d => DateOnly.FromDayNumber((int)d)))
        {
            var entries = range is not null && await IsIndexedAsync(day, cancellationToken) ? FindAsync(day, range, cancellationToken) : ScanAsync(day, query, cancellationToken);
            await foreach (var download in entries)
            {
                if (query.Matches(download)) yield return download;
            }
        }
    }

    public async ValueTask TrimAsync(DateOnly before, CancellationToken cancellationToken)
    {
        var days = await redis.RunAsync(d => d.SortedSetRangeByScoreAsync(Days, stop: before.DayNumber - 1), cancellationToken);
        foreach (var day in days.Select(d => DateOnly.FromDayNumber((int)d)))
        {
            await redis.RunAsync(d => d.KeyDeleteAsync([Counts(day), Details(day), Index(day)]), cancellationToken);
            await redis.RunAsync(d => d.SortedSetRemoveAsync(Days, day.DayNumber), cancellationToken);
        }
    }

    /// <summary>An older version that shares this Redis writes entries without their place in the index.</summary>
    private async Task<bool> IsIndexedAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var all = DownloadIndex.All;
        var (entries, indexed) = await redis.RunAsync(
            async d =>
            {
                var (length, count) = (d.HashLengthAsync(Details(day)), d.SortedSetLengthByValueAsync(Index(day), all.From, all.To));
                return (await length, await count);
            },
            cancellationToken);
        return indexed >= entries;
    }

    private async IAsyncEnumerable<Download> FindAsync(DateOnly day, DownloadIndex.Range range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = range.From;
        var exclude = Exclude.None;
        while (true)
        {
            var members = await redis.RunAsync(d => d.SortedSetRangeByValueAsync(Index(day), from, range.To, exclude, Order.Ascending, skip: 0, take: ChunkLength), cancellationToken);
            if (members.Length == 0) yield break;
            RedisValue[] fields = [.. members.Select(m => (RedisValue)DownloadIndex.FieldOf(m!))];
            var details = await redis.RunAsync(d => d.HashGetAsync(Details(day), fields), cancellationToken);
            foreach (var download in await ReadAsync(day, fields, details, cancellationToken)) yield return download;
            (from, exclude) = (members[^1], Exclude.Start);
        }
    }

    private async IAsyncEnumerable<Download> ScanAsync(DateOnly day, DownloadQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pattern = query.Project is { } project ? $"{project.Value}{Separator}*" : "*";
        // A scan may tell an entry twice.
        var told = new HashSet<string>(StringComparer.Ordinal);
        long cursor = 0;
        do
        {
            var reply = (RedisResult[])(await redis.RunAsync(
                d => d.ExecuteAsync("HSCAN", [Details(day), cursor.ToString(CultureInfo.InvariantCulture), "MATCH", pattern, "COUNT", ChunkLength]), cancellationToken))!;
            cursor = (long)reply[0];
            var pairs = ((RedisValue[])reply[1]!).Chunk(2).Where(pair => told.Add(pair[0]!)).ToArray();
            if (pairs.Length == 0) continue;
            foreach (var download in await ReadAsync(day, [.. pairs.Select(p => p[0])], [.. pairs.Select(p => p[1])], cancellationToken)) yield return download;
        }
        while (cursor != 0);
    }

    private async Task<IEnumerable<Download>> ReadAsync(DateOnly day, RedisValue[] fields, RedisValue[] details, CancellationToken cancellationToken)
    {
        var counts = await redis.RunAsync(d => d.HashGetAsync(Counts(day), fields), cancellationToken);
        return fields.Select((field, i) => details[i].IsNull ? null : Read(day, field!, details[i]!, (int)counts[i])).OfType<Download>();
    }

    private RedisKey Index(DateOnly day) => redis.Key($"downloads:{day:yyyyMMdd}:index");

    private RedisKey Counts(DateOnly day) => redis.Key($"downloads:{day:yyyyMMdd}:counts");

    private RedisKey Details(DateOnly day) => redis.Key($"downloads:{day:yyyyMMdd}");

    private static string Field(Download d) => $"{d.Project.Value}{Separator}{d.Filename}{Separator}{d.Client}";

    private static Download? Read(DateOnly day, string field, byte[] json, int count)
    {
        if (field.Split(Separator) is not [var name, var filename, var client] || !ProjectName.TryParse(name, out var project)) return null;
        try
        {
            var detail = JsonSerializer.Deserialize<Detail>(json)!;
            var sha256 = Sha256Digest.TryParse(detail.Sha256, out var digest) ? digest : (Sha256Digest?)null;
            return new Download(day, project, detail.Version, filename, sha256, client, detail.UserAgent, Math.Max(count, 1), detail.Last);
        }
        catch (JsonException)
        {
            // Another version's, that this one can't read: no reason to hide the others.
            return null;
        }
    }

    private sealed record Detail(string? Version, string? Sha256, string? UserAgent, DateTimeOffset Last)
    {
        public static Detail Of(Download d) => new(d.Version, d.Sha256?.ToString(), d.UserAgent, d.Last);
    }
}
