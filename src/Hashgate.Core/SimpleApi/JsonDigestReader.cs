using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>Reads the objects of digests in an entry of a JSON page's <c>files</c>.</summary>
internal static class JsonDigestReader
{
    /// <summary>The digests under the cursor; what can't be a digest of its algorithm is none.</summary>
    public static Digests ReadHashes(ref JsonCursor cursor)
    {
        if (cursor.IsNull) return default;
        cursor.Expect(JsonTokenType.StartObject, "hashes", "an object of digests");
        Sha256Digest? only = null;
        Dictionary<string, string>? all = null;
        var invalid = 0;
        while (cursor.NextKey())
        {
            var isSha256 = cursor.KeyIs("sha256"u8);
            var algorithm = isSha256 ? "sha256" : cursor.Key();
            cursor.Read();
            // Most pages name this one and no other.
            if (isSha256 && only is null && all is null && cursor.Token == JsonTokenType.String && Sha256Digest.TryParse(cursor.Plain, out var sha256))
            {
                only = sha256;
                continue;
            }
            all ??= new(FileHashes.Only(only));
            var digest = cursor.Text("hashes");
            if (!FileHashes.TryNormalize(ref algorithm, ref digest)) (digest, invalid) = ("", invalid + 1);
            if (!all.TryAdd(algorithm, digest)) throw cursor.Twice($"hashes.{algorithm}");
        }
        if (all is null) return new Digests(only, null);
        if (invalid > 0)
        {
            foreach (var (algorithm, digest) in all.ToList())
            {
                if (digest.Length == 0) all.Remove(algorithm);
            }
        }
        return new Digests(Sha256Of(all), all);
    }

    /// <summary>What <c>hashes</c> names.</summary>
    /// <param name="All">Null where there is no other than the sha256.</param>
    public readonly record struct Digests(Sha256Digest? Sha256, Dictionary<string, string>? All);

    /// <summary>The sha256 of an object of digests; a claim without one proves nothing, and says no more than <c>true</c>.</summary>
    public static Sha256Digest? ReadSha256(ref JsonCursor cursor, string name)
    {
        Sha256Digest? sha256 = null;
        HashSet<string>? others = null;
        var isTold = false;
        while (cursor.NextKey())
        {
            var isSha256 = cursor.KeyIs("sha256"u8);
            if (isSha256 ? isTold : !(others ??= []).Add(cursor.Key())) throw cursor.Twice($"{name}.{cursor.Key()}");
            isTold |= isSha256;
            cursor.Read();
            if (isSha256 && cursor.Token == JsonTokenType.String && Sha256Digest.TryParse(cursor.Plain, out var digest)) sha256 = digest;
            else if (Sha256Digest.TryParse(cursor.Text(name), out digest) && isSha256) sha256 = digest;
        }
        return sha256;
    }

    /// <summary>The sha256 among digests, where it is one.</summary>
    public static Sha256Digest? Sha256Of(Dictionary<string, string>? hashes) =>
        hashes is not null && hashes.TryGetValue("sha256", out var hex) && Sha256Digest.TryParse(hex, out var digest) ? digest : null;
}
