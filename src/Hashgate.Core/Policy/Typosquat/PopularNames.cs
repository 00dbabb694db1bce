using System.Collections.Frozen;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Policy.Typosquat;

/// <summary>The projects that everybody knows, asked which of them another name could be mistaken for. Immutable.</summary>
public sealed class PopularNames
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-";

    private static readonly Lazy<PopularNames> LazyShipped = new(() => PopularNamesReader.ReadShipped());

    private readonly FrozenDictionary<string, int> _ranks;
    private readonly Dictionary<string, string> _byLook = new(StringComparer.Ordinal);
    private readonly NameSieve _sieve = new();
    private readonly int _longest;

    /// <param name="names">The most popular first; of two lookalikes the more popular is named.</param>
    public PopularNames(IReadOnlyList<ProjectName> names)
    {
        var ranks = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
        foreach (var name in names)
        {
            ranks.TryAdd(name.Value, ranks.Count);
            _sieve.Add(name.Value);
            _byLook.TryAdd(Look.Of(name.Value), name.Value);
            _longest = Math.Max(_longest, name.Value.Length);
        }
        _ranks = ranks.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The list that comes with Hashgate, read when it is first asked for.</summary>
    public static PopularNames Shipped => LazyShipped.Value;

    public int Count => _ranks.Count;

    /// <summary>
    /// The most popular project that this name could be mistaken for: one character added, left out or changed, two neighbours swapped,
    /// characters that look alike, or separators elsewhere. Null for a popular name, and for one that is like none.
    /// </summary>
    public string? LookalikeOf(ProjectName project)
    {
        var name = project.Value;
        if (_ranks.ContainsKey(name)) return null;
        var best = int.MaxValue;
        string? found = null;
        // Nothing that is much longer than every popular name is an edit away from one; separators alone could be many.
        if (name.Length <= _longest + 1) TryEdits(name, ref best, ref found);
        if (_byLook.TryGetValue(Look.Of(name), out var alike) && _ranks[alike] < best) found = alike;
        return found;
    }

    private void TryEdits(string name, ref int best, ref string? found)
    {
        for (var place = new NameSieve.Place(name); ; place.MoveOn())
        {
            var before = name.AsSpan(0, place.At);
            var rest = name.AsSpan(place.At);
            foreach (var c in Alphabet)
            {
                if (_sieve.MayHold(place.With(c))) Try($"{before}{c}{rest}", ref best, ref found);
                if (!rest.IsEmpty && _sieve.MayHold(place.Changed(c))) Try($"{before}{c}{rest[1..]}", ref best, ref found);
            }
            if (rest.IsEmpty) return;

            if (_sieve.MayHold(place.Without())) Try($"{before}{rest[1..]}", ref best, ref found);
            if (rest.Length > 1 && _sieve.MayHold(place.Swapped())) Try($"{before}{rest[1]}{rest[0]}{rest[2..]}", ref best, ref found);
        }
    }

    private void Try(string candidate, ref int best, ref string? found)
    {
        if (_ranks.TryGetValue(candidate, out var rank) && rank < best) (best, found) = (rank, candidate);
    }
}
