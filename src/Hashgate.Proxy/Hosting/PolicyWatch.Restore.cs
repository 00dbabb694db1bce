using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Proxy.Hosting;

// What operators do about a store that was emptied, set back or exchanged.
internal sealed partial class PolicyWatch
{
    /// <summary>
    /// Brings the store to what this replica knows. Known documents win; what the store has besides stays if it refuses, and goes if it
    /// allows. A store that isn't in doubt only gets the publishers that it lacks.
    /// </summary>
    /// <returns>How many documents were put back, or why none.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; an interrupted restore is repeated.</exception>
    public async Task<(int Count, string? Why)> RestoreAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var there = await _store.GetStateAsync(cancellationToken);
            if (_known is not { Identity: { } identity } known) return (0, "This replica never read the policy store: there is nothing to restore from.");
            if (there.Identity is { Length: > 0 } other && other != identity && !there.Predecessors.Contains(identity))
                return (0, $"The policy store is {other}, this replica knows {identity}: restoring would mix two stores. Empty it first if it is the wrong one.");
            if (PolicyStoreState.Doubt(known, there) is null) return (await PutPublishersBackAsync(cancellationToken), null);

            var whole = there with { Identity = there.Identity is { Length: > 0 } own ? own : identity, Versions = Highest(known, there) };
            await _store.SetStateAsync(whole with { Identity = PolicyStoreState.Restoring }, cancellationToken);
            var count = await PutPublishersBackAsync(cancellationToken);
            foreach (var part in _parts) count += await PutBackAsync(part, cancellationToken);
            await _store.SetStateAsync(whole, cancellationToken);
            await LookAsync(cancellationToken);
            return (count, guarded.Doubt);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes the store as it is from now on, on every replica that knows no more than this one.</summary>
    /// <returns>Why not; null where it was done.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; an interrupted acceptance is repeated.</exception>
    public async Task<string?> AcceptAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var there = await _store.GetStateAsync(cancellationToken);
            if (PolicyStoreState.Doubt(_known, there) is null) return "The policy store is the one that this replica knows: there is nothing to accept.";
            var known = _known ?? PolicyStoreState.Empty;
            var identity = there.Identity is { Length: > 0 } own ? own : known.Identity ?? NewIdentity();
            var predecessors = new[] { known.Identity }.OfType<string>().Concat(known.Predecessors).Concat(there.Predecessors).Where(p => p != identity).Distinct();
            var accepted = new PolicyStoreState(identity, Highest(known, there)) { Predecessors = [.. predecessors.Take(PolicyStoreState.MaxPredecessors)] };

            await _store.SetStateAsync(accepted with { Identity = PolicyStoreState.Restoring }, cancellationToken);
            foreach (var kind in _parts.Select(p => p.Kind).Append(PolicyDocumentKinds.Publishers)) await RenewAsync(kind, cancellationToken);
            await _store.SetStateAsync(accepted, cancellationToken);
            await LookAsync(cancellationToken);
            return guarded.Doubt;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What no version may fall below: the copies of publishers may be of later than the last look at the store.</summary>
    private IReadOnlyDictionary<string, long> Highest(PolicyStoreState known, PolicyStoreState there)
    {
        var copied = new Dictionary<string, long> { [PolicyDocumentKinds.Publishers] = publishers.ReadAll().Select(d => d.Revision).DefaultIfEmpty().Max() };
        return PolicyStoreState.Highest(copied, PolicyStoreState.Highest(known.Versions, there.Versions));
    }

    private async Task<int> PutBackAsync(IPolicyPart part, CancellationToken cancellationToken)
    {
        var there = (await _store.ListAsync(part.Kind, cancellationToken)).ToDictionary(d => d.Id);
        var count = 0;
        foreach (var document in Known(part.Kind))
        {
            if (there.Remove(document.Id, out var older) && older.Json == document.Json) continue;
            await ChangeAsync(_store.PutAsync(document with { Revision = older?.Revision ?? 0 }, cancellationToken));
            count++;
        }
        foreach (var besides in there.Values.Where(part.IsAllowance)) await ChangeAsync(_store.RemoveAsync(besides, cancellationToken));
        return count;
    }

    private async Task<int> PutPublishersBackAsync(CancellationToken cancellationToken)
    {
        var there = (await _store.ListAsync(PolicyDocumentKinds.Publishers, cancellationToken)).ToDictionary(d => d.Id);
        var count = 0;
        foreach (var document in publishers.ReadAll())
        {
            var stored = there.GetValueOrDefault(document.Id);
            if (stored is not null && (stored.Revision >= document.Revision || stored.Json == document.Json)) continue;
            await ChangeAsync(_store.PutAsync(document with { Revision = stored?.Revision ?? 0 }, cancellationToken));
            count++;
        }
        return count;
    }

    /// <summary>Puts every document anew, so that each replica takes it for newer than what it knows.</summary>
    private async Task RenewAsync(string kind, CancellationToken cancellationToken)
    {
        foreach (var document in await _store.ListAsync(kind, cancellationToken)) await ChangeAsync(_store.PutAsync(document, cancellationToken));
    }

    private static async Task ChangeAsync(ValueTask<bool> change)
    {
        if (!await change) throw new StoreUnavailableException("Others change the policy store at the same time: run the command again.");
    }
}
