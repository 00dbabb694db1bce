namespace Hashgate.Proxy.Dashboard;

/// <summary>
/// What a page says after an act. Addresses carry a word of this list and never the sentence: nobody makes the page say something by a link.
/// </summary>
internal static class Notices
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["waived"] = "Waived. It is in force here now, on every replica within 2 seconds.",
        ["waiver-ended"] = "The waiver is taken back.",
        ["confirmed"] = "Confirmed: what was reported is blocked from now on.",
        ["dismissed"] = "Dismissed: the reports are kept, and block nothing.",
        ["entry-added"] = "The entry is on the list, and in force here now.",
        ["entry-removed"] = "The entry is taken off the list.",
        ["webhook-tested"] = "The test was delivered.",
        ["token-revoked"] = "The token is revoked. It opens nothing here any more, on no replica in 2 seconds.",
        ["blocked"] = "Blocked: the entry is on the blocklist from now on.",
    };

    /// <summary>The sentence for a word; null where there is none.</summary>
    public static string? Find(string? word) => word is not null && Known.TryGetValue(word, out var sentence) ? sentence : null;
}
