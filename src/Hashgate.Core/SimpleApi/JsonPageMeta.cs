using System.Text.Json;

namespace Hashgate.Core.SimpleApi;

/// <summary>The <c>meta</c> of a JSON page or list.</summary>
internal sealed record JsonPageMeta(ApiVersion Version, long? Serial, Dictionary<string, JsonElement> Extra)
{
    /// <summary>PyPI's serial, which it puts into <c>meta</c>.</summary>
    public const string SerialKey = "_last-serial";

    public const string VersionKey = "api-version";

    /// <summary>Reads the object under the cursor. No version is 1.0; a newer minor is read, a newer major is not.</summary>
    public static JsonPageMeta? Read(ref JsonCursor cursor)
    {
        if (cursor.IsNull) return null;
        cursor.Expect(JsonTokenType.StartObject, "meta", "an object");
        var version = ApiVersion.Oldest;
        long? serial = null;
        HashSet<string> seen = [];
        var extra = new Dictionary<string, JsonElement>();
        while (cursor.NextKey())
        {
            var key = cursor.Key();
            if (!seen.Add(key)) throw cursor.Twice($"meta.{key}");
            cursor.Read();
            if (key == VersionKey) version = ReadVersion(ref cursor);
            else if (key == SerialKey) serial = cursor.IsNull ? null : cursor.Natural("meta._last-serial");
            else extra.Add(key, cursor.Unknown());
        }
        return new JsonPageMeta(version, serial, extra);
    }

    private static ApiVersion ReadVersion(ref JsonCursor cursor)
    {
        var problem = PageErrors.CheckVersion(cursor.Text("meta.api-version"), out var version);
        if (problem is null) return version;
        throw problem.Kind == PageErrorKind.UnsupportedVersion ? new PageVersionException(problem.Message) : new JsonException(problem.Message);
    }
}
