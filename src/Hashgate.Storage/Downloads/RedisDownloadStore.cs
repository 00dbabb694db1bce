using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Storage.Redis;
using StackExchange.Redis;

namespace Hashgate.Storage.Downloads;

/// <summary>Downloads of all replicas in Redis: for each day one hash of counts and one of what else is known, by project, file and client.</summary>
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
                    }
                    return await transaction.ExecuteAsync();
                },
                cancellationToken);
        }
    }

    public async IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pattern = query.Project is { } project ? $"{project.Value}{Separator}*" : "*";
        var days = await redis.RunAsync(d => d.SortedSetRangeByScoreAsync(Days, query.Since?.DayNumber ?? 0), cancellationToken);
        foreach (var day in days.Select(d => DateOnly.FromDayNumber((int)d)))
        {
            long cursor = 0;
            // A scan may tell an entry twice.
            var told = new HashSet<string>(StringComparer.Ordinal);
            do
            {
                var (next, fields) = await ScanAsync(day, cursor, pattern, cancellationToken);
                cursor = next;
                RedisValue[] keys = [.. fields.Keys.Where(told.Add).Select(f => (RedisValue)f)];
                if (keys.Length == 0) continue;
                var counts = await redis.RunAsync(d => d.HashGetAsync(Counts(day), keys), cancellationToken);
                for (var i = 0; i < keys.Length; i++)
                {
                    if (Read(day, keys[i]!, fields[keys[i]!], (int)counts[i]) is { } download && query.Matches(download)) yield return download;
                }
            }
            while (cursor != 0);
        }
    }

    public async ValueTask TrimAsync(DateOnly before, CancellationToken cancellationToken)
    {
        var days = await redis.RunAsync(d => d.SortedSetRangeByScoreAsync(Days, stop: before.DayNumber - 1), cancellationToken);
        foreach (var day in days.Select(d => DateOnly.FromDayNumber((int)d)))
        {
            await redis.RunAsync(d => d.KeyDeleteAsync([Counts(day), Details(day)]), cancellationToken);
            await redis.RunAsync(d => d.SortedSetRemoveAsync(Days, day.DayNumber), cancellationToken);
        }
    }

    private async Task<(long Next, Dictionary<string, byte[]> Fields)> ScanAsync(DateOnly day, long cursor, string pattern, CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await redis.RunAsync(
            d => d.ExecuteAsync("HSCAN", [Details(day), cursor.ToString(CultureInfo.InvariantCulture), "MATCH", pattern, "COUNT", ChunkLength]), cancellationToken))!;
        var pairs = (RedisValue[])reply[1]!;
        var fields = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < pairs.Length; i += 2) fields[pairs[i]!] = pairs[i + 1]!;
        return ((long)reply[0], fields);
    }

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
