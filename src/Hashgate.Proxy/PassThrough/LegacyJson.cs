using System.Text.Json.Nodes;
using Hashgate.Core.SimpleApi;

namespace Hashgate.Proxy.PassThrough;

/// <summary>
/// Rewrites PyPI's legacy JSON (<c>/pypi/&lt;project&gt;[/&lt;version&gt;]/json</c>) so that it tells of allowed files only, by our
/// links, with recorded digests. It takes entries away and never adds one.
/// </summary>
public static class LegacyJson
{
    /// <summary>Rewrites the JSON of a whole project, in place.</summary>
    /// <param name="infoOf">
    /// Null where the version that <c>info</c> tells of has an allowed file. Else the newest that has: <c>info</c> is then cut down
    /// to its name and version, until <see cref="TakeInfo"/> is given the rest.
    /// </param>
    /// <returns>False where no file is allowed, or the JSON isn't a project's.</returns>
    public static bool TryRewriteProject(JsonObject json, LegacyView view, out string? infoOf)
    {
        infoOf = null;
        if (json["info"] is not JsonObject info || json["releases"] is not JsonObject releases) return false;
        foreach (var (version, files) in releases.ToArray())
        {
            var allowed = Allowed(files, view);
            if (allowed.Count == 0) releases.Remove(version);
            else releases[version] = allowed;
        }
        if (releases.Count == 0) return false;

        var told = Text(info["version"]);
        if (told is null || !releases.ContainsKey(told))
        {
            told = infoOf = view.Newest([.. releases.Select(release => release.Key)]);
            json["info"] = new JsonObject { ["name"] = info["name"]?.DeepClone(), ["version"] = told };
            // Told of the version that info was of.
            json.Remove("vulnerabilities");
        }
        json["urls"] = releases[told]?.DeepClone();
        return true;
    }

    /// <summary>Rewrites the JSON of one version, in place; false where none of its files is allowed, or the JSON isn't a version's.</summary>
    public static bool TryRewriteVersion(JsonObject json, LegacyView view)
    {
        if (json["info"] is not JsonObject) return false;
        var allowed = Allowed(json["urls"], view);
        json["urls"] = allowed;
        // PyPI leaves it out here; an index that doesn't would tell of other versions' files.
        json.Remove("releases");
        return allowed.Count > 0;
    }

    /// <summary>Puts a version's own <c>info</c> and <c>vulnerabilities</c> in place of those that were cut down.</summary>
    public static void TakeInfo(JsonObject json, JsonObject ofVersion, string version)
    {
        if (ofVersion["info"] is not JsonObject info || Text(info["version"]) != version) return;
        json["info"] = info.DeepClone();
        if (ofVersion["vulnerabilities"] is { } known) json["vulnerabilities"] = known.DeepClone();
    }

    private static JsonArray Allowed(JsonNode? files, LegacyView view)
    {
        var allowed = new JsonArray();
        if (files is not JsonArray entries) return allowed;
        foreach (var entry in entries)
        {
            if (entry is JsonObject file && Text(file["filename"]) is { } name && view.Find(name) is { } served)
                allowed.Add((JsonNode)Rewrite(file, served, view));
        }
        return allowed;
    }

    private static JsonObject Rewrite(JsonObject file, ServedFile served, LegacyView view)
    {
        var copy = (JsonObject)file.DeepClone();
        copy["url"] = view.UrlOf(served);
        copy["yanked"] = served.Yanked.IsYanked;
        copy["yanked_reason"] = served.Yanked.Reason;
        var recorded = served.Sha256?.ToString();
        var digests = copy["digests"] as JsonObject;
        // Digests of other bytes than the recorded ones would only mislead.
        if (digests is null || Text(digests["sha256"]) != recorded)
        {
            copy["digests"] = digests = [];
            copy.Remove("md5_digest");
        }
        if (recorded is not null) digests["sha256"] = recorded;
        return copy;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
