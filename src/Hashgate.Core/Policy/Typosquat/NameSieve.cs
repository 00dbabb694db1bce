namespace Hashgate.Core.Policy.Typosquat;

/// <summary>
/// Says of nearly every text that it is none of a set of names, by one bit: of a name's thousand edits all but a few are then never looked
/// up. A text's hash is a sum over its characters, each weighted by its place, so that an edit changes it by a term or two.
/// </summary>
internal sealed class NameSieve
{
    /// <summary>Odd, so that <see cref="Back"/> undoes it.</summary>
    private const uint Step = 0x9E3779B1;

    private const int LogOfBits = 18;

    private readonly ulong[] _bits = new ulong[(1 << LogOfBits) / 64];

    /// <summary>What <see cref="Step"/> is multiplied with to give 1.</summary>
    private static readonly uint Back = InverseOf(Step);

    public void Add(ReadOnlySpan<char> name)
    {
        var index = IndexOf(HashOf(name));
        _bits[index / 64] |= 1UL << (index % 64);
    }

    /// <summary>Whether a text of this hash could be one of the names.</summary>
    public bool MayHold(uint hash)
    {
        var index = IndexOf(hash);
        return (_bits[index / 64] & (1UL << (index % 64))) != 0;
    }

    public static uint HashOf(ReadOnlySpan<char> text)
    {
        var (hash, weight) = (0u, 1u);
        foreach (var c in text)
        {
            hash += c * weight;
            weight *= Step;
        }
        return hash;
    }

    /// <summary>A place in a name, with the hashes of what stands before it and from it on.</summary>
    public ref struct Place(ReadOnlySpan<char> name)
    {
        private readonly ReadOnlySpan<char> _name = name;
        private uint _before, _weight = 1, _rest = HashOf(name);

        public int At { get; private set; }

        public void MoveOn()
        {
            var own = _name[At] * _weight;
            (_before, _rest, _weight) = (_before + own, _rest - own, _weight * Step);
            At++;
        }

        /// <summary>The name's hash with this character put in here.</summary>
        public readonly uint With(char c) => _before + c * _weight + _rest * Step;

        /// <summary>With another character in place of the one here.</summary>
        public readonly uint Changed(char c) => _before + _rest + (uint)(c - _name[At]) * _weight;

        /// <summary>With the one here and the one after it swapped.</summary>
        public readonly uint Swapped() => _before + _rest + (uint)(_name[At + 1] - _name[At]) * (_weight - _weight * Step);

        /// <summary>Without the one here.</summary>
        public readonly uint Without() => _before + (_rest - _name[At] * _weight) * Back;
    }

    private static int IndexOf(uint hash) => (int)((hash * 0x85EBCA6B) >> (32 - LogOfBits));

    private static uint InverseOf(uint odd)
    {
        // Each turn doubles the bits that are right.
        var inverse = odd;
        for (var i = 0; i < 5; i++) inverse *= 2 - odd * inverse;
        return inverse;
    }
}
