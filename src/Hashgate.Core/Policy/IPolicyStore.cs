namespace Hashgate.Core.Policy;

/// <summary>
/// What people and Hashgate itself put on record for policy: waivers, flags, entries of the lists, publishers. Small JSON documents by
/// kind and id, the same for every replica. Every call may throw <see cref="Trust.StoreUnavailableException"/>.
/// </summary>
public interface IPolicyStore
{
    /// <summary>What the store is and how far it has come. Cheap: asked every second.</summary>
    ValueTask<PolicyStoreState> GetStateAsync(CancellationToken cancellationToken);

    /// <summary>Gives a store that has none an identity; in any other it changes nothing. Returns the state that holds now.</summary>
    ValueTask<PolicyStoreState> InitializeAsync(string identity, CancellationToken cancellationToken);

    /// <summary>
    /// For an operator's word on a store that was emptied or set back: gives it this identity and these predecessors, and raises each
    /// kind's version to at least the given one. No document is touched.
    /// </summary>
    ValueTask SetStateAsync(PolicyStoreState state, CancellationToken cancellationToken);

    /// <summary>Every document of a kind, by id.</summary>
    ValueTask<IReadOnlyList<PolicyDocument>> ListAsync(string kind, CancellationToken cancellationToken);

    ValueTask<PolicyDocument?> GetAsync(string kind, string id, CancellationToken cancellationToken);

    /// <summary>Puts a document in place of the one that was read; false, and nothing changed, where somebody else changed it since.</summary>
    /// <param name="document">Its revision is the one that was read; 0 for a new document.</param>
    ValueTask<bool> PutAsync(PolicyDocument document, CancellationToken cancellationToken);

    /// <summary>Removes the document that was read; false, and nothing changed, where somebody else changed it since, or it is gone.</summary>
    ValueTask<bool> RemoveAsync(PolicyDocument document, CancellationToken cancellationToken);
}

/// <summary>One document.</summary>
/// <param name="Kind">One of <see cref="PolicyDocumentKinds"/>.</param>
/// <param name="Id">Unique within the kind; any text up to 600 characters.</param>
/// <param name="Revision">Grows with each change of this document; 0 means that it isn't stored yet.</param>
public sealed record PolicyDocument(string Kind, string Id, string Json, long Revision = 0);

/// <summary>The kinds of documents.</summary>
public static class PolicyDocumentKinds
{
    /// <summary>A <see cref="Policy.Waiver"/>.</summary>
    public const string Waiver = "waiver";

    /// <summary>Reports on one file, release or project, and what an operator said to them.</summary>
    public const string Flag = "flag";

    /// <summary>An entry of the allowlist or blocklist that was added at run time.</summary>
    public const string ListEntry = "list-entry";

    /// <summary>The publishers seen on a project's files.</summary>
    public const string Publishers = "publishers";

    /// <summary>The publishers that operators accepted for a project.</summary>
    public const string AcceptedPublishers = "accepted-publishers";

    /// <summary>A <see cref="Policy.ClientToken"/>.</summary>
    public const string ClientToken = "client-token";

    /// <summary>A <see cref="Policy.ClientTokenUse"/>, under the token's id.</summary>
    public const string ClientTokenUse = "client-token-use";
}

/// <summary>Turns the documents of one kind into their part of <see cref="PolicyInputs"/>; asked again whenever one of them changed.</summary>
public interface IPolicyPart
{
    string Kind { get; }

    /// <summary>The inputs with this part made anew. A document that can't be read is left out and logged; it never throws.</summary>
    PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents);

    /// <summary>Whether a document lets something through that would be refused without it: such a one must not outlive its store.</summary>
    bool IsAllowance(PolicyDocument document);

    /// <summary>
    /// Whether what this replica knows stays in force although the store that it was read from is in doubt. What a store in doubt allows besides never counts.
    /// </summary>
    bool OutlivesItsStore(PolicyDocument document) => !IsAllowance(document);
}
