using System.Text.Json;

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
        var digests = new JsonDigestReader.Digests();
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
                case Keys.Hashes: digests = JsonDigestReader.ReadHashes(ref cursor); break;
                case Keys.Size: size = cursor.IsNull ? null : cursor.Natural("size"); break;
                case Keys.UploadTime: uploaded = ReadUploadTime(ref cursor); break;
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
        if (!FileLinks.TryResolve(pageUrl, previous?.Url, href ?? "", filename ?? "", cursor.Limits, out var url, out var reason))
        {
            dropped = new DroppedFile(filename ?? "", reason);
            return null;
        }
        return new ProjectFile
        {
            Filename = filename!,
            Url = url.Value,
            Hashes = digests.All!,
            Sha256 = digests.Sha256,
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

    private static DateTimeOffset? ReadUploadTime(ref JsonCursor cursor)
    {
        if (cursor.Token == JsonTokenType.String && UploadTimes.TryReadCommon(cursor.Plain, out var common)) return common;
        return cursor.OptionalText("upload-time") is { } text ? UploadTimes.Read(text) : null;
    }

    private static Keys Identify(ref JsonCursor cursor)
    {
        var key = cursor.IsEscaped ? System.Text.Encoding.UTF8.GetBytes(cursor.Key()) : cursor.Plain;
        return key.Length switch
        {
            8 when key.SequenceEqual("filename"u8) => Keys.Filename,
            6 when key.SequenceEqual("hashes"u8) => Keys.Hashes,
            3 when key.SequenceEqual("url"u8) => Keys.Url,
            4 when key.SequenceEqual("size"u8) => Keys.Size,
            6 when key.SequenceEqual("yanked"u8) => Keys.Yanked,
            11 when key.SequenceEqual("upload-time"u8) => Keys.UploadTime,
            15 when key.SequenceEqual("requires-python"u8) => Keys.RequiresPython,
            10 when key.SequenceEqual("provenance"u8) => Keys.Provenance,
            13 when key.SequenceEqual("core-metadata"u8) => Keys.CoreMetadata,
            23 when key.SequenceEqual("data-dist-info-metadata"u8) => Keys.DataDistInfo,
            18 when key.SequenceEqual("dist-info-metadata"u8) => Keys.DistInfo,
            7 when key.SequenceEqual("gpg-sig"u8) => Keys.GpgSig,
            _ => Keys.None,
        };
    }

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
            CoreMetadata? value = cursor.Token switch
            {
                JsonTokenType.False or JsonTokenType.Null => null,
                JsonTokenType.True => new CoreMetadata(null),
                JsonTokenType.StartObject => new CoreMetadata(JsonDigestReader.ReadSha256(ref cursor, name)),
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
