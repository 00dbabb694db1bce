using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Lists;

/// <summary>What operators do to the lists at run time; each act is an event and in force at once.</summary>
internal sealed class ListOperations(IPolicyStore store, PolicyWatch watch, PolicyState state, IEventLog events, HashgateSettings settings, TimeProvider time)
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

        var added = new ListEntryDocument(Guid.NewGuid().ToString("n"), list, request.Entry.Trim(), request.Reason.Trim(), actor, time.GetUtcNow());
        await store.PutAsync(added.ToDocument(), cancellationToken);
        await watch.RefreshAsync(cancellationToken);
        Record(added, actor, $"{added.Entry} was added to the {list}: {added.Reason}");
        return (added, null);
    }

    /// <summary>Takes an added entry back; false where there is none of that id.</summary>
    public async Task<bool> RemoveAsync(string list, string id, string reason, string actor, CancellationToken cancellationToken)
    {
        // Once more where somebody else was quicker: a document that is still there is to go.
        while (await store.GetAsync(PolicyDocumentKinds.ListEntry, id, cancellationToken) is { } document && ListEntryDocument.TryRead(document, out var entry) && entry.List == list)
        {
            if (!await store.RemoveAsync(document, cancellationToken)) continue;
            await watch.RefreshAsync(cancellationToken);
            Record(entry, actor, $"{entry.Entry} was taken off the {list}: {reason}");
            return true;
        }
        return false;
    }

    private async Task<IReadOnlyList<ListEntryDocument>> AddedAsync(string list, CancellationToken cancellationToken)
    {
        var found = new List<ListEntryDocument>();
        foreach (var document in await store.ListAsync(PolicyDocumentKinds.ListEntry, cancellationToken))
        {
            if (ListEntryDocument.TryRead(document, out var entry) && entry.List == list) found.Add(entry);
        }
        return found;
    }

    private void Record(ListEntryDocument entry, string actor, string what) => events.Record(new Event
    {
        Kind = EventKinds.PolicyChanged,
        When = time.GetUtcNow(),
        Rule = entry.List,
        Project = PolicyListReader.ReadEntry(entry.Entry).Entry?.Project,
        Actor = actor,
        Reason = what,
    });
}
