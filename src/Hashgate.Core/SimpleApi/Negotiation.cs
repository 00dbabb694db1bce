namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Chooses a page's form from Accept and <c>?format=</c> (simple repository API, "Version + Format Selection"). No header
/// and <c>*/*</c> mean <c>text/html</c>, as PyPI has it: clients that say no more than that can't read JSON. Otherwise the
/// highest weight wins, a form that is named beats one that a wildcard covers, and JSON wins what is then left of a tie.
/// </summary>
public static class Negotiation
{
    private const int None = 0, AnyType = 1, AnySubtype = 2, Named = 3;

    /// <summary>The form to answer with; null where the client accepts none of ours, which is 406.</summary>
    /// <param name="accept">The Accept header, or null where there is none. Several are one, joined by commas.</param>
    /// <param name="format">The <c>format</c> query parameter. Beats Accept where it names one of our types, else it is ignored.</param>
    public static Representation? Choose(string? accept, string? format)
    {
        // A form-decoded query has a space where the type has its plus.
        if (format is not null && Representations.Named(format.Replace(' ', '+')) is { } named) return named;
        if (string.IsNullOrWhiteSpace(accept)) return Representation.LegacyHtml;

        Span<(int Specificity, int Weight)> found = stackalloc (int, int)[3];
        var items = new WeightedItems(accept);
        while (items.Next()) Weigh(items.Name, items.Weight, found);

        Representation? best = null;
        var bestRank = (Weight: 0, Specificity: None);
        foreach (var candidate in (ReadOnlySpan<Representation>)[Representation.Json, Representation.Html, Representation.LegacyHtml])
        {
            var rank = (found[(int)candidate].Weight, found[(int)candidate].Specificity);
            var breaksTie = candidate == Representation.LegacyHtml && rank.Specificity == AnyType && rank == bestRank;
            if (rank.Weight > 0 && (breaksTie || rank.CompareTo(bestRank) > 0)) (best, bestRank) = (candidate, rank);
        }
        return best;
    }

    /// <summary>Notes a media range's weight under each form that it covers more narrowly than what was found before.</summary>
    private static void Weigh(ReadOnlySpan<char> range, int weight, Span<(int Specificity, int Weight)> found)
    {
        if (Representations.Named(range) is { } named)
        {
            Note(ref found[(int)named], Named, weight);
        }
        else if (range is "*/*" or "*")
        {
            foreach (ref var each in found) Note(ref each, AnyType, weight);
        }
        else if (range.Equals("application/*", StringComparison.OrdinalIgnoreCase))
        {
            Note(ref found[(int)Representation.Json], AnySubtype, weight);
            Note(ref found[(int)Representation.Html], AnySubtype, weight);
        }
        else if (range.Equals("text/*", StringComparison.OrdinalIgnoreCase))
        {
            Note(ref found[(int)Representation.LegacyHtml], AnySubtype, weight);
        }
    }

    private static void Note(ref (int Specificity, int Weight) entry, int specificity, int weight)
    {
        if (specificity > entry.Specificity) entry = (specificity, weight);
        else if (specificity == entry.Specificity && specificity != None) entry.Weight = Math.Max(entry.Weight, weight);
    }
}
