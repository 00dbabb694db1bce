using System.Collections.Frozen;

namespace Hashgate.Core.SimpleApi;

/// <summary>The digests that go out beside the recorded one.</summary>
internal static class ServedHashes
{
    /// <summary>
    /// The upstream's other digests, as long as its sha256 is still the recorded one: once that has changed, they speak of
    /// other bytes than those that are served.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, string>> Others(ServedFile file) =>
        file.Source is { NamesOnlySha256: false } source && source.Sha256 == file.Sha256
            ? source.Hashes.Where(hash => hash.Key != "sha256")
            : [];

    /// <summary>The one digest that an HTML link has room for: sha256, else the strongest other.</summary>
    public static (string Algorithm, string Digest)? ForFragment(ServedFile file)
    {
        if (file.Sha256 is { } sha256) return ("sha256", sha256.ToString());
        var others = Others(file).ToFrozenDictionary();
        foreach (var algorithm in FileHashes.Known.Keys)
        {
            if (others.TryGetValue(algorithm, out var digest)) return (algorithm, digest);
        }
        return null;
    }
}
