using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>A replica for tests of trust: a ledger over a store with a journal and a clock of its own, and short ways to use it.</summary>
public sealed class LedgerRig(ITrustStore store, ITrustJournal? journal = null, ISharedJournals? shared = null)
{
    public ITrustStore Store { get; } = store;

    public static readonly ProjectName Project = ProjectName.Parse("demo");

    public ManualTimeProvider Clock { get; } = new();

    public ITrustJournal Journal { get; } = journal ?? new MemoryJournal();

    public TrustLedger Ledger { get; private set; } = null!;

    public async Task<LedgerRig> StartAsync()
    {
        Ledger = new TrustLedger(Store, Journal, Clock, shared);
        await Ledger.StartAsync(default);
        return this;
    }

    public async Task<Pin> PinAsync(string filename, string content) => (await PinAsync(TrustClaims.Of(filename, content))).Single();

    public async Task<IReadOnlyList<Pin>> PinAsync(params FileClaim[] claims) => (await Ledger.PinAsync("pypi", Project, claims, default)).Pins;

    public async Task<ProofOutcome> ProveAsync(string filename, string content) =>
        (await Ledger.ProveAsync(Project, TrustClaims.Key(filename), TrustClaims.Digest(content), 10, default)).Outcome;

    public TrustOverride Override(string filename, string content) =>
        new(Project, TrustClaims.Key(filename), TrustClaims.Digest(content), false, null, null, "ada", "put right", Clock.GetUtcNow());

    public async Task<List<TrustRecord>> ExportAsync()
    {
        var records = new List<TrustRecord>();
        await foreach (var record in Ledger.ExportAsync(default)) records.Add(record);
        return records;
    }

    public async Task<List<JournalEntry>> EntriesAsync()
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in Journal.ReadAsync(default)) entries.Add(entry);
        return entries;
    }
}
