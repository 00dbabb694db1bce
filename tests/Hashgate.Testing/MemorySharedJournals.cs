using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>The shared place in memory: what the heads there say, while it isn't away.</summary>
public sealed class MemorySharedJournals : ISharedJournals
{
    public List<JournalHead> Heads { get; } = [];

    public bool Away { get; set; }

    public string? Trouble => null;

    /// <summary>Has a head say how far this journal has come.</summary>
    public void Tell(ITrustJournal journal) => Heads.Add(new JournalHead($"replica {Heads.Count}", journal.Identity!, journal.HighestSequence));

    public ValueTask<IReadOnlyList<JournalHead>> ReadHeadsAsync(CancellationToken cancellationToken) =>
        Away ? throw new StoreUnavailableException("The shared place is away.") : ValueTask.FromResult<IReadOnlyList<JournalHead>>([.. Heads]);

    public ValueTask<IReadOnlyList<ISharedJournal>> OpenAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<ISharedJournal>>([]);
}
