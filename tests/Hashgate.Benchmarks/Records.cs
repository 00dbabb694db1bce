using System.Diagnostics;
using System.Globalization;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Benchmarks;

/// <summary>
/// What many trust records cost: taking them in and writing them out, a page of 3,000 files among them, a start, and a new replica that
/// journals them all. The data directory and Redis are kept, so that a program can be started on them.
/// </summary>
internal sealed class Records(string data, RedisOptions? redis)
{
    private const int Batch = 1000;
    private const int FilesOfProject = 100;
    private const int Rounds = 9;

    public async Task RunAsync(int count)
    {
        Directory.CreateDirectory(data);
        await using var connection = redis is null ? null : new RedisConnection(redis);
        using var sqlite = connection is null ? new SqliteTrustStore(Path.Combine(data, "trust.db")) : null;
        var store = (ITrustStore?)sqlite ?? new RedisTrustStore(connection!);

        await using (var journal = FileTrustJournal.Open(Path.Combine(data, "journal")))
        {
            var ledger = await StartAsync(store, journal);
            await MeasureAsync($"import of {count:N0} records, {Batch:N0} at once", () => ImportAsync(ledger, count));
            await MeasureAsync("export of them", async () =>
            {
                var exported = await ledger.ExportAsync(CancellationToken.None).CountAsync();
                if (exported < count) throw new InvalidOperationException($"Only {exported} records came back.");
            });
            FileClaim[] claims = [.. Enumerable.Range(0, 3000).Select(n => TrustClaims.Of($"page-{n}.zip", $"{n}"))];
            await PinAsync("page of 3,000 files at first sight", ledger, round => $"page-{round}", claims);
            await PinAsync("page of 3,000 known files", ledger, _ => "page-0", claims);
        }
        await MeasureAsync("start with them", async () =>
        {
            await using var journal = FileTrustJournal.Open(Path.Combine(data, "journal"));
            await StartAsync(store, journal);
        });
        await MeasureAsync("new replica journals them", async () =>
        {
            await using var journal = FileTrustJournal.Open(Path.Combine(data, "journal-of-another"));
            await (await StartAsync(store, journal)).CheckAsync(CancellationToken.None);
        });
        using var self = Process.GetCurrentProcess();
        Console.WriteLine($"most memory of this process: {self.PeakWorkingSet64 >> 20} MB");
    }

    private static async Task<TrustLedger> StartAsync(ITrustStore store, FileTrustJournal journal)
    {
        var ledger = new TrustLedger(store, journal, TimeProvider.System);
        await ledger.StartAsync(CancellationToken.None);
        return ledger.Status.Count == 0 ? ledger : throw new InvalidOperationException(ledger.Status[0]);
    }

    private static async Task ImportAsync(TrustLedger ledger, int count)
    {
        var now = DateTimeOffset.UnixEpoch;
        foreach (var batch in Enumerable.Range(0, count).Chunk(Batch))
        {
            TrustRecord[] records = [.. batch.Select(n => TrustRecord.Of(
                ProjectName.Parse($"project-{n / FilesOfProject}"), "pypi", TrustClaims.Of($"project-{n / FilesOfProject}-1.{n % FilesOfProject}.zip", $"{n}") with { Size = n }, now) with { ProvenAt = now })];
            if ((await ledger.ImportAsync(records, "benchmark", "import", CancellationToken.None)).Problem is { } problem) throw new InvalidOperationException(problem);
        }
    }

    private static async Task PinAsync(string what, TrustLedger ledger, Func<int, string> project, FileClaim[] claims)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            if ((await ledger.PinAsync("pypi", ProjectName.Parse(project(round)), claims, CancellationToken.None)).Problems is [var problem, ..]) throw new InvalidOperationException(problem);
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        // The first round also has the code made.
        var later = times.Skip(1).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: median {later[later.Length / 2].TotalMilliseconds:F1} ms, best {later[0].TotalMilliseconds:F1} ms, first {times[0].TotalMilliseconds:F0} ms"));
    }

    private static async Task MeasureAsync(string what, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s"));
    }
}
