namespace Hashgate.Core.Trust;

/// <summary>
/// Copies of all replicas' journals in one place: what a restore reads besides the journals on this machine, and what tells a replica that
/// has no journal yet whose store it is.
/// </summary>
public interface ISharedJournals
{
    /// <summary>How far each journal there has come.</summary>
    /// <exception cref="StoreUnavailableException">They can't be read, or one is damaged; the message says what to do.</exception>
    ValueTask<IReadOnlyList<JournalHead>> ReadHeadsAsync(CancellationToken cancellationToken);

    /// <summary>Every journal there, to be read.</summary>
    /// <exception cref="StoreUnavailableException">They can't be listed, or one is damaged; the message says what to do.</exception>
    ValueTask<IReadOnlyList<ISharedJournal>> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Why this replica's own journal isn't all there, one sentence; null where it is, or is about to be.</summary>
    string? Trouble { get; }
}

/// <summary>A journal in the shared place.</summary>
public interface ISharedJournal : IJournalSource
{
    /// <summary>The name of its replica there.</summary>
    string Replica { get; }

    /// <summary>Which of its lines are not there any more, a sentence each; empty where it is whole.</summary>
    IReadOnlyList<string> Gaps { get; }
}

/// <summary>How far a journal has come in the shared place.</summary>
/// <param name="Replica">Its replica's name there.</param>
/// <param name="Identity">The store that it follows.</param>
public sealed record JournalHead(string Replica, string Identity, BucketSequences HighestSequence);

/// <summary>Journals stay on the machines that write them.</summary>
public sealed class NoSharedJournals : ISharedJournals
{
    public string? Trouble => null;

    public ValueTask<IReadOnlyList<JournalHead>> ReadHeadsAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<JournalHead>>([]);

    public ValueTask<IReadOnlyList<ISharedJournal>> OpenAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<ISharedJournal>>([]);
}
