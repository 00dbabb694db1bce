using Hashgate.Core.Advisories;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Advisories;

/// <summary>
/// OSV's export, or another in its shape: a zip file of all records, beside it <c>modified_id.csv</c> and each record as <c>&lt;id&gt;.json</c>. The
/// whole is read once a day; in between the list of changes is asked for, and the records that it names.
/// </summary>
/// <param name="folder">Where the zip file is kept while it is read.</param>
internal sealed class WebSource(Uri url, DocumentClient client, string folder, AdvisoryLimits limits, TimeProvider time) : IAdvisorySource, IDisposable
{
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>How long the zip file may take, over a slow line.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan WholeAfter = TimeSpan.FromDays(1);

    /// <summary>The whole may be older than the list: changes are followed from before its newest record.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>The list and the records may round a time differently.</summary>
    private static readonly TimeSpan Exactness = TimeSpan.FromSeconds(1);

    /// <summary>How many records are asked for at once.</summary>
    private const int AtOnce = 4;

    private readonly Uri _list = new(url, "modified_id.csv");

    // In memory only: a new process asks for the list once more.
    private string? _listTag;

    public async Task<AdvisoryAnswer> AskAsync(AdvisorySet? known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (known is null || known.Source != url.AbsoluteUri) return await ReadWholeAsync(null, now, cancellationToken);
        if (now - known.ReadAt >= WholeAfter) return await ReadWholeAsync(known, now, cancellationToken);

        using var list = new MemoryStream();
        var answer = await AskAsync(_list, _listTag, limits.MaxListBytes, list, cancellationToken);
        if (answer.Kind == DocumentAnswerKind.Missing) return await ReadWholeAsync(known, now, cancellationToken);
        if (answer.Kind == DocumentAnswerKind.Unchanged) return new AdvisoryAnswer(known with { CheckedAt = now }, IsWhole: false);

        var changes = ChangeList.Since(list.GetBuffer().AsSpan(0, (int)list.Length), known.Cursor)
            .Where(change => UrlOf(url, change.Id) is not null)
            .Where(change => known.Records.ModifiedOf(change.Id) is not { } modified || change.Time - modified >= Exactness)
            .ToArray();
        if (changes.Length > limits.MaxChanges) return await ReadWholeAsync(known with { Tag = null }, now, cancellationToken);
        var (read, isComplete) = await FollowAsync(known, changes, now, cancellationToken);
        _listTag = isComplete ? answer.ETag : null;
        return read;
    }

    public void Dispose() => client.Dispose();

    /// <summary>Where a record stands beside the zip file; null for an id that would lead elsewhere.</summary>
    internal static Uri? UrlOf(Uri source, string id)
    {
        // Ids may have slashes. Dots alone would be taken for folders.
        var segments = id.Split('/');
        if (id.Length > 300 || segments.Any(s => s.Length == 0 || s.Trim('.').Length == 0)) return null;
        return new Uri(source, "./" + string.Join('/', segments.Select(Uri.EscapeDataString)) + ".json");
    }

    /// <summary>Reads the records that changed. While one of them isn't to be had as the list tells of it, the same changes are asked for again.</summary>
    private async Task<(AdvisoryAnswer Answer, bool IsComplete)> FollowAsync(
        AdvisorySet known, (DateTimeOffset Time, string Id)[] changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (changes.Length == 0) return (new AdvisoryAnswer(known with { CheckedAt = now }, IsWhole: false), true);
        var results = new (OsvRecord? Record, FeedException? Failure)[changes.Length];
        await Parallel.ForAsync(0, changes.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            try
            {
                results[i] = (await ReadRecordAsync(changes[i].Id, token), null);
            }
            catch (FeedException failure)
            {
                results[i] = (null, failure);
            }
        });
        if (results.All(result => result.Failure is not null)) throw results[0].Failure!;

        // A cache on the way may still have the record of before the change.
        var isComplete = results.Zip(changes).All(pair => pair.First.Record is { Modified: { } modified } && pair.Second.Time - modified < Exactness);
        var newest = changes.Max(change => change.Time);
        var set = known with
        {
            Records = known.Records.With(results.Select(result => result.Record).OfType<OsvRecord>()),
            CheckedAt = results.Any(result => result.Failure is not null) ? known.CheckedAt : now,
            // A time to come must not hide the changes until then.
            Cursor = isComplete && newest < now ? newest : known.Cursor,
        };
        return (new AdvisoryAnswer(set, IsWhole: false), isComplete);
    }

    /// <summary>One record; null where it isn't there, or isn't what it should be.</summary>
    private async Task<OsvRecord?> ReadRecordAsync(string id, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        if ((await AskAsync(UrlOf(url, id)!, null, limits.MaxRecordBytes, body, cancellationToken)).Kind != DocumentAnswerKind.Copied) return null;
        return OsvReader.TryRead(body.GetBuffer().AsMemory(0, (int)body.Length), out var read, out _) && read.Id == id ? read : null;
    }

    /// <exception cref="FeedException">There is no usable answer.</exception>
    private async Task<DocumentAnswer> AskAsync(Uri document, string? etag, long maxBytes, Stream target, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(document, etag, maxBytes, target, cancellationToken);
        return answer.Kind == DocumentAnswerKind.Failed ? throw new FeedException(answer.Error!.Detail) : answer;
    }

    private async Task<AdvisoryAnswer> ReadWholeAsync(AdvisorySet? known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "download");
        await using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        var answer = await AskAsync(url, known?.Tag, limits.MaxArchiveBytes, file, cancellationToken);
        if (answer.Kind == DocumentAnswerKind.Unchanged) return new AdvisoryAnswer(known! with { CheckedAt = now, ReadAt = now }, IsWhole: true);
        if (answer.Kind == DocumentAnswerKind.Missing) throw new FeedException("The answer is 404: there is no such file.");

        file.Position = 0;
        using var reading = new RecordReading(limits, known?.Records);
        AdvisoryArchive.Read(file, limits, reading, cancellationToken);
        var records = reading.Pack();
        var newest = records.Entries.Select(entry => entry.Modified).Where(modified => modified <= now).Max() ?? now;
        _listTag = null;
        return new AdvisoryAnswer(
            new AdvisorySet { Source = url.AbsoluteUri, Records = records, CheckedAt = now, ReadAt = now, Cursor = newest - Overlap, Tag = answer.ETag },
            IsWhole: true,
            reading.Unreadable);
    }
}
