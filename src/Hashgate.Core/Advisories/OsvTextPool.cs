namespace Hashgate.Core.Advisories;

/// <summary>Keeps one copy of each text that the records of a feed have in common. Used while they are read, by one thread.</summary>
public sealed class OsvTextPool
{
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    /// <summary>The copy that was met first.</summary>
    public string Get(string text)
    {
        if (_texts.TryGetValue(text, out var known)) return known;
        _texts.Add(text);
        return text;
    }
}
