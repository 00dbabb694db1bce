using BenchmarkDotNet.Attributes;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Storage.Trust;
using Hashgate.Testing;

namespace Hashgate.Benchmarks;

/// <summary>The claims of 3,000 files held against the records through the ledger: at first sight, and ever after.</summary>
public class PinBenchmarks
{
    private readonly FileClaim[] _claims = [.. SamplePage.Files.Select(PagePins.Claim)];
    private TemporaryDirectory _folder = null!;
    private SqliteTrustStore _sqlite = null!;
    private FileTrustJournal _journal = null!;
    private TrustLedger _inSqlite = null!;
    private TrustLedger _inMemory = null!;
    private int _project;

    // Waited for here: the in-process toolchain starts to measure while an asynchronous set-up still runs.
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp() => CleanUpAsync().GetAwaiter().GetResult();

    [Benchmark]
    public Task<LedgerPins> Memory_known() => PinAsync(_inMemory, SamplePage.Project);

    [Benchmark]
    public Task<LedgerPins> Sqlite_known() => PinAsync(_inSqlite, SamplePage.Project);

    /// <summary>Every file new: the records and the journal are on disk when it returns.</summary>
    [Benchmark]
    public Task<LedgerPins> Sqlite_first_sight() => PinAsync(_inSqlite, Core.Packaging.ProjectName.Parse($"first-seen-{_project++}"));

    private async Task SetUpAsync()
    {
        _folder = new TemporaryDirectory();
        _sqlite = new SqliteTrustStore(Path.Combine(_folder.Path, "trust.db"));
        _journal = FileTrustJournal.Open(Path.Combine(_folder.Path, "journal"));
        _inSqlite = await StartAsync(_sqlite, _journal);
        _inMemory = await StartAsync(new MemoryTrustStore(), new MemoryJournal());
        await PinAsync(_inSqlite, SamplePage.Project);
        await PinAsync(_inMemory, SamplePage.Project);
    }

    private async Task CleanUpAsync()
    {
        _sqlite.Dispose();
        await _journal.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<TrustLedger> StartAsync(ITrustStore store, ITrustJournal journal)
    {
        var ledger = new TrustLedger(store, journal, TimeProvider.System);
        await ledger.StartAsync(CancellationToken.None);
        return ledger.Status.Count == 0 ? ledger : throw new InvalidOperationException(ledger.Status[0]);
    }

    private async Task<LedgerPins> PinAsync(TrustLedger ledger, Core.Packaging.ProjectName project) =>
        await ledger.PinAsync(SamplePage.Upstream.Name, project, _claims, CancellationToken.None);
}
