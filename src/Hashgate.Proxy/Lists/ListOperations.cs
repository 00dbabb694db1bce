using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Lists;

/// <summary>What operators do to the lists at run time; each act is on record first and in force at once.</summary>
internal sealed class ListOperations(IPolicyStore store, PolicyWatch watch, PolicyState state, Acts acts, HashgateSettings settings, TimeProvider time, ILogger<ListOperations> logger)
{
    /// <summary>The most entries that may be added at run time: what is more belongs into a file.</summary>
    public const int MaxAdded = 10_000;

    private const int MaxEntryLength = 16 * 1024;

    /// <summary>A list's source and size, and the entries that were added.</summary>
    public async Task<object> ShowAsync(string list, CancellationToken cancellationToken)
    {
        var input = list == RuleNames.Allowlist ? state.Current.Allowlist : state.Current.Blocklist;
        var added = await AddedAsync(list, cancellationToken);
        return new
        {
            list,
            source = settings.Policy.Lists.FirstOrDefault(l => l.Rule == list)?.Source,
            loaded = input.IsLoaded,
            entries = input.All.Entries.Count,
            added = added.OrderBy(a => a.Created),
        };
    }

    /// <summary>Adds an entry; null and why where that can't be done.</summary>
    public async Task<(ListEntryDocument? Added, string? Why)> AddAsync(string list, ListEntryRequest request, string actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason)) return (null, "reason is missing: it goes on record.");
        if (request.Reason.Length > PolicyListReader.MaxReason) return (null, $"reason has more than {PolicyListReader.MaxReason} characters.");
        if (request.Entry is null or { Length: > MaxEntryLength }) return (null, $"entry is missing, or has more than {MaxEntryLength} characters.");
        if (PolicyListReader.ReadEntry(request.Entry) is { Problem: { } problem }) return (null, $"entry can't be read: column {problem.Column}: {problem.Text}.");
        // Alone it would block everything else, which nobody means who allows one thing more.
        if (list == RuleNames.Allowlist && !settings.Policy.HasList(list)) return (null, "No allowlist is configured, so everything is allowed as it is: set Policy:Rules:allowlist:File or Url first.");
        if ((await AddedAsync(list, cancellationToken)).Count >= MaxAdded) return (null, $"{MaxAdded} entries were added already: put them into the list's file.");

        var added = new ListEntryDocument
        {
            Id = Guid.NewGuid().ToString("n"),
            List = list,
            Entry = request.Entry.Trim(),
            Reason = request.Reason.Trim(),
            Actor = actor,
            Created = time.GetUtcNow(),
        };
        return await acts.DoAsync<(ListEntryDocument?, string?)>(Act(list, added.Entry, actor, $"{added.Entry} was added to the {list}: {added.Reason}"), async () =>
        {
            await store.PutAsync(added.ToDocument(), cancellationToken);
            await watch.RefreshAsync(cancellationToken);
            return (added, null);
        });
    }

    /// <summary>Takes an added entry back; false where there is none of that id.</summary>
    public async Task<bool> RemoveAsync(string list, string id, string reason, string actor, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(PolicyDocumentKinds.ListEntry, id, cancellationToken) is not { } there) return false;
        // One that can't be read is on neither list, and can be taken off either.
        if (ListEntryDocument.TryRead(there, out var entry) && entry!.List != list) return false;
        var act = Act(list, entry?.Entry, actor, $"{entry?.Entry ?? "an entry that can't be read"} was taken off the {list}: {reason}");
        return await acts.DoAsync(
            act,
            async () =>
            {
                // Once more where somebody else was quicker: a document that is still there is to go.
                while (await store.GetAsync(PolicyDocumentKinds.ListEntry, id, cancellationToken) is { } document)
                {
                    if (!await store.RemoveAsync(document, cancellationToken)) continue;
                    await watch.RefreshAsync(cancellationToken);
                    return true;
                }
                return false;
            },
            removed => removed ? null : $"not done, because somebody else was quicker: {act.Reason}");
    }

    /// <summary>The entries that were added to a list at run time.</summary>
    /// <exception cref="Core.Trust.StoreUnavailableException">The store is away.</exception>
    public async Task<IReadOnlyList<ListEntryDocument>> AddedAsync(string list, CancellationToken cancellationToken) =>
        PolicyDocuments.Read(await store.ListAsync(PolicyDocumentKinds.ListEntry, cancellationToken), static () => PolicyJson.Default.ListEntryDocument, logger).FindAll(added => added.List == list);

    private Event Act(string list, string? entry, string actor, string what) => new()
    {
        Kind = EventKinds.PolicyChanged,
        When = time.GetUtcNow(),
        Rule = list,
        Project = entry is null ? null : PolicyListReader.ReadEntry(entry).Entry?.Project,
        Actor = actor,
        Reason = what,
    };
}
