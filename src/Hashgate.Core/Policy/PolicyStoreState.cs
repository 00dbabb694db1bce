namespace Hashgate.Core.Policy;

/// <summary>What a policy store is and how far it has come.</summary>
/// <param name="Identity">Given once; null in a store that never had one or was emptied, <see cref="Restoring"/> while it is being put right.</param>
/// <param name="Versions">A number for each kind that has documents; it grows with every change of one of them.</param>
public sealed record PolicyStoreState(string? Identity, IReadOnlyDictionary<string, long> Versions)
{
    /// <summary>The identity of a store that is being restored or accepted, so that nobody takes the half of it for the whole.</summary>
    public const string Restoring = "";

    /// <summary>The most <see cref="Predecessors"/> that are kept.</summary>
    public const int MaxPredecessors = 20;

    /// <summary>A store that nothing was ever put into.</summary>
    public static readonly PolicyStoreState Empty = new(null, new Dictionary<string, long>());

    /// <summary>The identities of stores that operators accepted this one in the place of, the latest first.</summary>
    public IReadOnlyList<string> Predecessors { get; init; } = [];

    /// <summary>Grows with each change of a document of any kind.</summary>
    public long Sequence => Versions.Values.Sum();

    /// <summary>Every kind's highest version of both.</summary>
    public static IReadOnlyDictionary<string, long> Highest(IReadOnlyDictionary<string, long> one, IReadOnlyDictionary<string, long> other) =>
        one.Concat(other).GroupBy(v => v.Key).ToDictionary(g => g.Key, g => g.Max(v => v.Value));

    /// <summary>Whether both are the same store at the same place.</summary>
    public bool IsAt(PolicyStoreState other) =>
        Identity == other.Identity && Versions.Count == other.Versions.Count && Versions.All(v => other.Versions.GetValueOrDefault(v.Key) == v.Value);

    /// <summary>Why a store can't be taken for the one that was known; null where it can.</summary>
    /// <param name="known">What it was when it was last read; null where it never was.</param>
    public static string? Doubt(PolicyStoreState? known, PolicyStoreState there)
    {
        if (there.Identity == Restoring) return "A restore of the policy store was begun and not finished. Run 'hashgate policy restore' again.";
        if (known is null) return null;
        if (there.Identity is null) return $"The policy store was emptied; this replica knows store {known.Identity} up to change {known.Sequence}. {Remedy}";
        if (there.Identity != known.Identity && !there.Predecessors.Contains(known.Identity))
            return $"The policy store is {there.Identity}, but this replica knows store {known.Identity}. Point Hashgate at the right store, or take this one with 'hashgate policy accept'. {Meanwhile}";
        return known.Versions.Any(v => there.Versions.GetValueOrDefault(v.Key) < v.Value)
            ? $"The policy store is older (change {there.Sequence}) than what this replica knows (change {known.Sequence}): documents are missing. {Remedy}"
            : null;
    }

    private const string Meanwhile = "Until then what refuses stays in force, what allows counts only where both have it, and no change of policy is taken.";

    private const string Remedy = "Run 'hashgate policy restore' to bring back what this replica knows, or 'hashgate policy accept' to take the store as it is. " + Meanwhile;
}
