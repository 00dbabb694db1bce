namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Walks a header of comma-separated items with optional <c>q</c> weights (RFC 9110, 12.4.2): Accept, Accept-Encoding.
/// Linear, allocates nothing, and looks at no more than <see cref="MaxItems"/> items, so that a hostile header costs little.
/// An item whose weight is malformed is passed over.
/// </summary>
internal ref struct WeightedItems(ReadOnlySpan<char> header)
{
    public const int MaxItems = 64;

    private ReadOnlySpan<char> _rest = header;
    private int _seen;

    /// <summary>The current item without parameters, trimmed.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>The current item's weight in thousandths, 0 to 1000.</summary>
    public int Weight { get; private set; }

    public bool Next()
    {
        while (!_rest.IsEmpty && _seen++ < MaxItems)
        {
            var item = Take(ref _rest, ',');
            Name = Take(ref item, ';').Trim();
            if (!Name.IsEmpty && TryWeight(item, out var weight))
            {
                Weight = weight;
                return true;
            }
        }
        return false;
    }

    private static bool TryWeight(ReadOnlySpan<char> parameters, out int weight)
    {
        weight = 1000;
        while (!parameters.IsEmpty)
        {
            var parameter = Take(ref parameters, ';').Trim();
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) return TryThousandths(parameter[2..], out weight);
        }
        return true;
    }

    private static bool TryThousandths(ReadOnlySpan<char> text, out int weight)
    {
        weight = 0;
        if (text.IsEmpty || text[0] is not ('0' or '1') || (text.Length > 1 && text[1] != '.')) return false;
        weight = (text[0] - '0') * 1000;
        var unit = 100;
        foreach (var c in text.Length > 2 ? text[2..] : [])
        {
            if (!char.IsAsciiDigit(c)) return false;
            weight += (c - '0') * unit;
            unit /= 10;
        }
        return weight <= 1000;
    }

    /// <summary>Cuts off what stands before the separator; one inside a quoted string separates nothing.</summary>
    private static ReadOnlySpan<char> Take(scoped ref ReadOnlySpan<char> text, char separator)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && quoted) i++;
            else if (text[i] == '"') quoted = !quoted;
            else if (text[i] == separator && !quoted) return Split(ref text, i);
        }
        return Split(ref text, text.Length);
    }

    private static ReadOnlySpan<char> Split(scoped ref ReadOnlySpan<char> text, int at)
    {
        var head = text[..at];
        text = at < text.Length ? text[(at + 1)..] : [];
        return head;
    }
}
