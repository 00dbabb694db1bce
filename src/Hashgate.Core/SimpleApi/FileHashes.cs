using System.Buffers;
using System.Collections.Frozen;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>The digests that a page names. What can't be a digest of its algorithm is none: it could never be met.</summary>
internal static class FileHashes
{
    private static readonly SearchValues<char> AlgorithmCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The algorithms that an HTML fragment can name (hashlib's), strongest first, with their lengths in hexadecimal digits.</summary>
    public static readonly IReadOnlyDictionary<string, int> Known = new OrderedDictionary<string, int>
    {
        ["sha256"] = 64,
        ["sha512"] = 128,
        ["sha384"] = 96,
        ["sha3_512"] = 128,
        ["sha3_384"] = 96,
        ["sha3_256"] = 64,
        ["blake2b"] = 128,
        ["blake2s"] = 64,
        ["sha224"] = 56,
        ["sha3_224"] = 56,
        ["sha1"] = 40,
        ["md5"] = 32,
    };

    /// <summary>What a page names that names a sha256 and nothing else, or nothing at all.</summary>
    public static IReadOnlyDictionary<string, string> Only(Sha256Digest? sha256) =>
        sha256 is { } digest ? new Dictionary<string, string>(1) { ["sha256"] = digest.ToString() } : FrozenDictionary<string, string>.Empty;

    /// <summary>Reads one digest; false where it can't be one. The algorithm comes out in lower case, the digest too.</summary>
    public static bool TryNormalize(ref string algorithm, ref string digest)
    {
        algorithm = algorithm.ToLowerInvariant();
        if (algorithm.Length is 0 or > 32 || algorithm.AsSpan().ContainsAnyExcept(AlgorithmCharacters)) return false;
        if (digest.Length is 0 or > 256 || digest.Length % 2 != 0) return false;
        if (Known.TryGetValue(algorithm, out var length) && length != digest.Length) return false;
        foreach (var c in digest)
        {
            if (!char.IsAsciiHexDigit(c)) return false;
        }
        digest = digest.ToLowerInvariant();
        return true;
    }

    /// <summary>The digests in a link's fragment: <c>sha256=…</c>, or several joined by <c>&amp;</c>; <c>egg=</c> and the like are none.</summary>
    public static Dictionary<string, string> FromFragment(string fragment)
    {
        var hashes = new Dictionary<string, string>(1);
        foreach (var part in Uri.UnescapeDataString(fragment).Split('&', 16))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) continue;
            var (algorithm, digest) = (part[..equals], part[(equals + 1)..]);
            if (TryNormalize(ref algorithm, ref digest) && Known.ContainsKey(algorithm)) hashes.TryAdd(algorithm, digest);
        }
        return hashes;
    }
}
