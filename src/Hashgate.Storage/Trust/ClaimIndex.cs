using System.Buffers;
using System.Text;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Trust;

/// <summary>The claims of one page by their keys, which stores tell as UTF-8.</summary>
internal sealed class ClaimIndex
{
    private readonly IReadOnlyList<FileClaim> _claims;
    private readonly int[] _firstOfSameKey;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _byKey;

    public ClaimIndex(IReadOnlyList<FileClaim> claims)
    {
        _claims = claims;
        _firstOfSameKey = new int[claims.Count];
        var byKey = new Dictionary<string, int>(claims.Count, StringComparer.Ordinal);
        for (var i = 0; i < claims.Count; i++)
        {
            if (!byKey.TryAdd(claims[i].Key.Value, i)) _firstOfSameKey[i] = byKey[claims[i].Key.Value];
            else _firstOfSameKey[i] = i;
        }
        _byKey = byKey.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => _claims.Count;

    /// <summary>Whether each record is to be asked for by its key. A page claims most of its project's files: to read all of them costs less then.</summary>
    public bool AreFew => Count <= 16;

    public FileClaim this[int index] => _claims[index];

    /// <summary>The index of the first claim with the same key, where its record is kept: one file may be listed twice.</summary>
    public int FirstLike(int index) => _firstOfSameKey[index];

    /// <summary>The index of the first claim of each key.</summary>
    public IEnumerable<int> First => Enumerable.Range(0, Count).Where(i => _firstOfSameKey[i] == i);

    /// <summary>The index of the first claim with this key; null where no claim has it.</summary>
    public int? IndexOf(ReadOnlySpan<byte> key)
    {
        var rented = ArrayPool<char>.Shared.Rent(key.Length);
        try
        {
            var length = Encoding.UTF8.GetChars(key, rented);
            return _byKey.TryGetValue(rented.AsSpan(0, length), out var index) ? index : null;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}
