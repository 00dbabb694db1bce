using System.Text.Json;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.SimpleApi;

/// <summary>Reads one entry of a JSON page's <c>files</c>.</summary>
internal static class JsonFileReader
{
    private static readonly System.Collections.Frozen.FrozenDictionary<string, JsonElement> NoExtra =
        System.Collections.Frozen.FrozenDictionary<string, JsonElement>.Empty;

    /// <summary>Reads the object under the cursor; a <see cref="DroppedFile"/> where it is an entry, but no file.</summary>
    /// <param name="previous">The file before, whose equal texts are shared.</param>
    public static ProjectFile? Read(ref JsonCursor cursor, Uri pageUrl, ProjectFile? previous, out DroppedFile? dropped)
    {
        cursor.Expect(JsonTokenType.StartObject, "the entry", "an object");
        cursor.TooLong = null;
        var seen = Keys.None;
        string? filename = null, href = null, requiresPython = null, provenance = null;
        Dictionary<string, string>? hashes = null;
        long? size = null;
        DateTimeOffset? uploaded = null;
        bool? signed = null;
        var yank = Yank.No;
        var metadata = new MetadataClaim();
        Dictionary<string, JsonElement>? extra = null;

        while (cursor.NextKey())
        {
            var key = Identify(ref cursor);
            var unknown = key == Keys.None ? cursor.Key() : null;
            if (key != Keys.None && (seen & key) != 0) throw cursor.Twice(cursor.Key());
            seen |= key;
            cursor.Read();
            switch (key)
            {
                case Keys.Filename: filename = cursor.Text("filename"); break;
                case Keys.Url: href = cursor.Text("url"); break;
                case Keys.Hashes: hashes = ReadHashes(ref cursor); break;
                case Keys.Size: size = cursor.IsNull ? null : cursor.Natural("size"); break;
                case Keys.UploadTime: uploaded = cursor.OptionalText("upload-time") is { } time ? UploadTimes.Read(time) : null; break;
                case Keys.RequiresPython: requiresPython = Shared(ref cursor, "requires-python", previous?.RequiresPython); break;
                case Keys.Yanked: yank = ReadYank(ref cursor); break;
                case Keys.Provenance: provenance = cursor.OptionalText("provenance"); break;
                case Keys.GpgSig: signed = cursor.IsNull ? null : cursor.Boolean("gpg-sig"); break;
                case Keys.CoreMetadata: metadata.Add(ref cursor, CoreMetadataKeys.CoreMetadata, "core-metadata"); break;
                case Keys.DistInfo: metadata.Add(ref cursor, CoreMetadataKeys.DistInfoMetadata, "dist-info-metadata"); break;
                case Keys.DataDistInfo: metadata.Add(ref cursor, CoreMetadataKeys.DataDistInfoMetadata, "data-dist-info-metadata"); break;
                default:
                    if (!(extra ??= []).TryAdd(unknown!, cursor.Unknown())) throw cursor.Twice(unknown!);
                    break;
            }
        }

        dropped = null;
        if (cursor.TooLong is { } tooLong)
        {
            dropped = new DroppedFile(filename ?? "", $"its {tooLong} is longer than {cursor.Limits.MaxFieldLength} bytes");
            return null;
        }
        if (!FileLinks.TryResolve(pageUrl, href ?? "", filename ?? "", cursor.Limits, out var url, out var reason))
        {
            dropped = new DroppedFile(filename ?? "", reason);
            return null;
        }
        return new ProjectFile
        {
            Filename = filename!,
            Url = url,
            Hashes = hashes ?? [],
            Sha256 = Digest(hashes),
            Size = size,
            UploadTime = uploaded,
            RequiresPython = requiresPython,
            Yanked = yank,
            CoreMetadata = metadata.Value,
            CoreMetadataKeys = metadata.Keys,
            Provenance = SecureOrPlain(provenance, cursor.Limits),
            GpgSig = signed,
            Extra = extra is null ? NoExtra : extra,
        };
    }

    /// <summary>An absolute http(s) link, or null: a link that can't be followed proves nothing.</summary>
    public static Uri? SecureOrPlain(string? link, PageLimits limits) =>
        link is not null && link.Length <= limits.MaxUrlLength && Uri.TryCreate(link, UriKind.Absolute, out var url)
        && FileLinks.IsHttp(url) && url.UserInfo.Length == 0 ? url : null;

    public static Sha256Digest? Digest(Dictionary<string, string>? hashes) =>
        hashes is not null && hashes.TryGetValue("sha256", out var hex) && Sha256Digest.TryParse(hex, out var digest) ? digest : null;

    private static string? Shared(ref JsonCursor cursor, string key, string? previous) =>
        previous is not null && cursor.Token == JsonTokenType.String && cursor.TextIs(previous) ? previous : cursor.OptionalText(key);

    /// <summary>A boolean or a reason. An empty reason still yanks: the mark must not get lost (PEP 592).</summary>
    private static Yank ReadYank(ref JsonCursor cursor) => cursor.Token switch
    {
        JsonTokenType.Null or JsonTokenType.False => Yank.No,
        JsonTokenType.True => Yank.For(null),
        JsonTokenType.String => Yank.For(cursor.Reason("yanked")),
        _ => throw cursor.Wrong("yanked", "a boolean or a string"),
    };

    private static Dictionary<string, string> ReadHashes(ref JsonCursor cursor)
    {
        var hashes = new Dictionary<string, string>(1);
        if (cursor.IsNull) return hashes;
        cursor.Expect(JsonTokenType.StartObject, "hashes", "an object of digests");
        var invalid = 0;
        while (cursor.NextKey())
        {
            var algorithm = cursor.KeyIs("sha256"u8) ? "sha256" : cursor.Key();
            cursor.Read();
            var digest = cursor.Text("hashes");
            if (!FileHashes.TryNormalize(ref algorithm, ref digest)) (digest, invalid) = ("", invalid + 1);
            if (!hashes.TryAdd(algorithm, digest)) throw cursor.Twice($"hashes.{algorithm}");
        }
        if (invalid > 0)
        {
            foreach (var (algorithm, digest) in hashes.ToList())
            {
                if (digest.Length == 0) hashes.Remove(algorithm);
            }
        }
        return hashes;
    }

    /// <summary>The sha256 of an object of digests; a claim without one proves nothing, and says no more than <c>true</c>.</summary>
    private static Sha256Digest? ReadSha256(ref JsonCursor cursor, string name)
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
            var told = cursor.Text(name);
            if (isSha256 && Sha256Digest.TryParse(told, out var digest)) sha256 = digest;
        }
        return sha256;
    }

    private static Keys Identify(ref JsonCursor cursor) =>
        cursor.KeyIs("filename"u8) ? Keys.Filename
        : cursor.KeyIs("hashes"u8) ? Keys.Hashes
        : cursor.KeyIs("url"u8) ? Keys.Url
        : cursor.KeyIs("size"u8) ? Keys.Size
        : cursor.KeyIs("yanked"u8) ? Keys.Yanked
        : cursor.KeyIs("upload-time"u8) ? Keys.UploadTime
        : cursor.KeyIs("requires-python"u8) ? Keys.RequiresPython
        : cursor.KeyIs("provenance"u8) ? Keys.Provenance
        : cursor.KeyIs("core-metadata"u8) ? Keys.CoreMetadata
        : cursor.KeyIs("data-dist-info-metadata"u8) ? Keys.DataDistInfo
        : cursor.KeyIs("dist-info-metadata"u8) ? Keys.DistInfo
        : cursor.KeyIs("gpg-sig"u8) ? Keys.GpgSig
        : Keys.None;

    [Flags]
    private enum Keys
    {
        None = 0, Filename = 1, Url = 2, Hashes = 4, Size = 8, UploadTime = 16, RequiresPython = 32, Yanked = 64,
        Provenance = 128, GpgSig = 256, CoreMetadata = 512, DistInfo = 1024, DataDistInfo = 2048,
    }

    /// <summary>What the three spellings of the core metadata key tell together: the specification's own wins (PEP 714).</summary>
    private struct MetadataClaim
    {
        private CoreMetadataKeys _from;

        public CoreMetadata? Value { get; private set; }

        public CoreMetadataKeys Keys { get; private set; }

        public void Add(ref JsonCursor cursor, CoreMetadataKeys key, string name)
        {
            var value = cursor.Token switch
            {
                JsonTokenType.False or JsonTokenType.Null => null,
                JsonTokenType.True => new CoreMetadata(null),
                JsonTokenType.StartObject => new CoreMetadata(ReadSha256(ref cursor, name)),
                _ => throw cursor.Wrong(name, "a boolean or an object of digests"),
            };
            Keys |= key;
            if (Rank(key) <= Rank(_from)) return;
            Value = value;
            _from = key;
        }

        private static int Rank(CoreMetadataKeys key) => key switch
        {
            CoreMetadataKeys.CoreMetadata => 3,
            CoreMetadataKeys.DistInfoMetadata => 2,
            CoreMetadataKeys.DataDistInfoMetadata => 1,
            _ => 0,
        };
    }
}
