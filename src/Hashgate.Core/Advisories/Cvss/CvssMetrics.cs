namespace Hashgate.Core.Advisories.Cvss;

/// <summary>The metrics of a vector: <c>AV:N/AC:L</c> and so on.</summary>
internal sealed class CvssMetrics
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Reads what stands behind a vector's prefix; false where it isn't pairs, or names a metric twice.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out CvssMetrics metrics)
    {
        metrics = new CvssMetrics();
        // Version 2 was often written in brackets.
        text = text.Trim("()/");
        foreach (var part in text.Split('/'))
        {
            var pair = text[part];
            var colon = pair.IndexOf(':');
            if (colon <= 0 || colon == pair.Length - 1) return false;
            if (!metrics._values.TryAdd(pair[..colon].ToString(), pair[(colon + 1)..].ToString())) return false;
        }
        return true;
    }

    /// <summary>Which of the values, written as single letters, a metric has; -1 where it is missing or has another.</summary>
    public int Level(string metric, string letters) =>
        _values.TryGetValue(metric, out var value) && value.Length == 1 ? letters.IndexOf(value[0], StringComparison.Ordinal) : -1;

    /// <summary>The number that belongs to a metric's value; not a number where it is missing or has another.</summary>
    public double Weight(string metric, string letters, params ReadOnlySpan<double> weights) =>
        Level(metric, letters) is >= 0 and var level ? weights[level] : double.NaN;
}
