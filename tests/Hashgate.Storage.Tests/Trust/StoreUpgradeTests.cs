using System.Diagnostics;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Trust;
using Hashgate.Testing;
using Xunit.Abstractions;

namespace Hashgate.Storage.Tests.Trust;

/// <summary>Records on their way from one store to another, by export and import.</summary>
[Trait("Needs", "redis")]
public sealed class StoreUpgradeTests(ITestOutputHelper output) : IDisposable
{
    private const int Records = 100_000;
    private const int Batch = 1000;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Records_of_a_whole_organisation_come_to_Redis_and_back_as_they_were()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = new RedisConnection(new RedisOptions { Configuration = server.Configuration, Timeout = TimeSpan.FromSeconds(20) });
        using var sqlite = await SqliteAsync("before.db");
        using var back = await SqliteAsync("after.db");
        var redis = new RedisTrustStore(connection);
        await ImportAsync(sqlite, Enumerable.Range(0, Records).Select(Some).ToAsyncEnumerable(), "filled");

        await MoveAsync(sqlite, redis, "to-redis.jsonl");
        await MoveAsync(redis, back, "to-sqlite.jsonl");

        var (before, after) = (await ByFileAsync(sqlite), await ByFileAsync(back));
        Assert.Equal(Records, before.Count);
        Assert.Equal(before.Count, after.Count);
        Assert.All(before, b => Assert.Equal(b.Value, after[b.Key]));
    }

    private async Task MoveAsync(ITrustStore from, ITrustStore to, string name)
    {
        var path = Path.Combine(_directory.Path, name);
        var watch = Stopwatch.StartNew();
        await using (var file = File.Create(path)) await TrustLines.WriteAsync((await Rig(from, name + " from").StartAsync()).Ledger.ExportAsync(default), file, default);
        output.WriteLine($"{name}: exported in {watch.Elapsed.TotalSeconds:0.0} s");
        await using var lines = File.OpenRead(path);
        await ImportAsync(to, TrustLines.ReadAsync(lines, default), name);
    }

    private async Task ImportAsync(ITrustStore store, IAsyncEnumerable<TrustRecord> records, string name)
    {
        var watch = Stopwatch.StartNew();
        await using var journal = FileTrustJournal.Open(Path.Combine(_directory.Path, name + " journal"));
        var rig = await new LedgerRig(store, journal).StartAsync();
        await foreach (var batch in records.Chunk(Batch))
        {
            var result = await rig.Ledger.ImportAsync(batch, "ada", "moved", default);
            Assert.Equal((batch.Length, 0, null), (result.Added, result.Differences.Count, result.Problem));
        }
        output.WriteLine($"{name}: imported in {watch.Elapsed.TotalSeconds:0.0} s");
    }

    private LedgerRig Rig(ITrustStore store, string name) => new(store, FileTrustJournal.Open(Path.Combine(_directory.Path, name)));

    private async Task<SqliteTrustStore> SqliteAsync(string name)
    {
        var store = new SqliteTrustStore(Path.Combine(_directory.Path, name));
        await store.OpenAsync(default);
        return store;
    }

    /// <summary>The records without their numbers, which are each store's own.</summary>
    private static async Task<Dictionary<(ProjectName, FileKey), TrustRecord>> ByFileAsync(SqliteTrustStore store)
    {
        var records = new Dictionary<(ProjectName, FileKey), TrustRecord>();
        await foreach (var record in store.ReadAsync(0, 0, default)) records.Add((record.Project, record.Key), record with { Sequence = 0 });
        return records;
    }

    private static TrustRecord Some(int n)
    {
        var filename = $"project_{n / 20}-1.{n % 20}-py3-none-any.whl";
        var seen = DateTimeOffset.UnixEpoch.AddSeconds(n).AddTicks(n);
        return new TrustRecord
        {
            Project = ProjectName.Parse($"project-{n / 20}"),
            Key = TrustClaims.Key(filename),
            Filename = filename,
            Sha256 = TrustClaims.Digest($"{n}"),
            Size = n % 3 == 0 ? null : n,
            Upstream = n % 7 == 0 ? "mirror" : "pypi",
            Url = $"https://files.example/packages/{n % 256:x2}/{filename}",
            FirstSeen = seen,
            ProvenAt = n % 2 == 0 ? seen.AddMinutes(1) : null,
            UploadTime = n % 5 == 0 ? null : seen.AddDays(-1),
            CoreMetadata = n % 4 == 0 ? null : TrustClaims.Digest($"m{n}"),
            AcceptedAt = n % 1000 == 0 ? seen.AddHours(1) : null,
            Conflict = n % 999 == 0,
        };
    }
}
