namespace Hashgate.Proxy.Endpoints;

/// <summary>Rules in words for a person in a hurry; one without a word goes by its name.</summary>
internal static class RuleWords
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["minimum-age"] = "too new",
        ["late-file"] = "added late",
        ["allowlist"] = "not on the allowlist",
        ["blocklist"] = "on the blocklist",
        ["vulnerability"] = "vulnerable",
        ["provenance"] = "of doubtful provenance",
        ["removed-upstream"] = "removed upstream",
        ["upstream-quarantined"] = "quarantined",
        ["typosquat"] = "mistakable name",
        ["hash-mismatch"] = "hash mismatch",
        ["hash-changed"] = "changed",
        ["no-hash"] = "without a hash",
        ["trust-unavailable"] = "not on record",
    };

    /// <summary><c>9 malware, 3 too new</c>: the gravest first, then the rule with the most.</summary>
    /// <param name="gravity">Of a rule's name; higher goes first. Null where all are alike.</param>
    public static string Counted(IEnumerable<KeyValuePair<string, long>> counts, Func<string, int>? gravity = null) =>
        string.Join(", ", counts.OrderByDescending(c => gravity?.Invoke(c.Key) ?? 0).ThenByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => FormattableString.Invariant($"{c.Value:n0} {Words.GetValueOrDefault(c.Key, c.Key)}")));
}
