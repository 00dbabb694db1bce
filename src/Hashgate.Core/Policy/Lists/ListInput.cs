namespace Hashgate.Core.Policy.Lists;

/// <summary>One list in force: what its file or URL says, and what operators added at run time. Immutable.</summary>
public sealed class ListInput
{
    /// <summary>Loaded, and nothing on it.</summary>
    public static readonly ListInput Empty = new([], []);

    /// <summary>Configured, and not to be had yet.</summary>
    public static readonly ListInput NotLoaded = new(null, []);

    private readonly IReadOnlyList<PolicyListEntry>? _listed;
    private readonly IReadOnlyList<PolicyListEntry> _added;

    private ListInput(IReadOnlyList<PolicyListEntry>? listed, IReadOnlyList<PolicyListEntry> added)
    {
        (_listed, _added) = (listed, added);
        All = new PolicyList([.. listed ?? [], .. added]);
    }

    /// <summary>Whether the file's or URL's entries are known.</summary>
    public bool IsLoaded => _listed is not null;

    /// <summary>Every entry that is known.</summary>
    public PolicyList All { get; }

    /// <summary>The same additions, and what the source says now; null where that is not known.</summary>
    public ListInput WithListed(IReadOnlyList<PolicyListEntry>? listed) => new(listed, _added);

    /// <summary>The same source's entries, and what operators added by now.</summary>
    public ListInput WithAdded(IReadOnlyList<PolicyListEntry> added) => new(_listed, added);
}
