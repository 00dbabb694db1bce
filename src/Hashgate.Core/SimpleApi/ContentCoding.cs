namespace Hashgate.Core.SimpleApi;

/// <summary>How a page's bytes are coded: never br, which old pips can't read though they may say they can.</summary>
public enum ContentCoding
{
    Identity,
    Gzip,
}

public static class ContentCodings
{
    /// <summary>
    /// Chooses from Accept-Encoding (RFC 9110, 12.5.3): gzip where it is accepted and the client does not prefer none at
    /// all. A client that refuses both gets identity, which every client reads.
    /// </summary>
    public static ContentCoding Choose(string? acceptEncoding)
    {
        int? gzip = null, identity = null, any = null;
        var items = new WeightedItems(acceptEncoding);
        while (items.Next())
        {
            if (Is(items.Name, "gzip") || Is(items.Name, "x-gzip")) gzip = Math.Max(gzip ?? 0, items.Weight);
            else if (Is(items.Name, "identity")) identity = items.Weight;
            else if (items.Name is "*") any = items.Weight;
        }
        var accepted = gzip ?? any ?? 0;
        return accepted > 0 && accepted >= (identity ?? 0) ? ContentCoding.Gzip : ContentCoding.Identity;
    }

    private static bool Is(ReadOnlySpan<char> name, string coding) => name.Equals(coding, StringComparison.OrdinalIgnoreCase);
}
