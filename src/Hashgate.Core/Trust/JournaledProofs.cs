using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>
/// What the journal knows to be proven, for as long as the store can't tell: a process that starts while the store is away serves its
/// proven files all the same. Read once, when it is first needed; in memory until the store is back.
/// </summary>
internal sealed class JournaledProofs(ITrustJournal journal)
{
    private readonly Lock _lock = new();
    private Task<Dictionary<(ProjectName, FileKey), TrustRecord>>? _reading;

    /// <summary>Holds the claims that have no record against what was proven of their files.</summary>
    public async ValueTask<IReadOnlyList<Pin>> HoldAsync(ProjectName project, IReadOnlyList<FileClaim> claims, IReadOnlyList<Pin> pins, CancellationToken cancellationToken)
    {
        if (pins.All(p => p.Outcome != PinOutcome.Unrecorded)) return pins;
        Task<Dictionary<(ProjectName, FileKey), TrustRecord>> reading;
        lock (_lock) reading = _reading ??= Task.Run(ReadAsync, CancellationToken.None);
        var known = await reading.WaitAsync(cancellationToken);
        return [.. pins.Zip(claims, (pin, claim) =>
            pin.Outcome == PinOutcome.Unrecorded && known.GetValueOrDefault((project, claim.Key)) is { ProvenAt: not null, Conflict: false } record ? record.Hold(claim) : pin)];
    }

    /// <summary>The store tells again.</summary>
    public void Forget()
    {
        lock (_lock) _reading = null;
    }

    private async Task<Dictionary<(ProjectName, FileKey), TrustRecord>> ReadAsync()
    {
        var newest = new Dictionary<(ProjectName, FileKey), TrustRecord>();
        try
        {
            await foreach (var entry in journal.ReadAsync(CancellationToken.None))
            {
                if (entry.Record is not { } record || entry.Kind == JournalKind.Changed) continue;
                var file = (record.Project, record.Key);
                // One that isn't proven matters only where it may take a proven one's place.
                var matters = newest.TryGetValue(file, out var known)
                    ? record.Sequence >= known.Sequence
                    : record.ProvenAt is not null || record.AcceptedAt is not null || record.Conflict;
                if (matters) newest[file] = record;
            }
            return newest;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return []; // With neither store nor journal nothing is known, and nothing is served.
        }
    }
}
