using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hashgate.Core.Packaging;

namespace Hashgate.Testing;

/// <summary>Writes what PyPI writes: project pages and the project list in both forms, legacy JSON.</summary>
internal static class FakePages
{
    public const string JsonType = "application/vnd.pypi.simple.v1+json";
    public const string HtmlType = "text/html; charset=UTF-8";

    public static byte[] ProjectJson(FakeProject project, FakeFile[] files, Func<FakeFile, string> url, string baseUrl, string apiVersion)
    {
        var page = new JsonObject
        {
            ["meta"] = Meta(project.Serial, apiVersion),
            ["name"] = ProjectName.Normalize(project.Name),
            ["files"] = new JsonArray([.. files.Select(f => FileJson(f, url(f), baseUrl))]),
            ["versions"] = new JsonArray([.. files.Select(f => f.Version).Distinct().Select(v => (JsonNode)v)]),
        };
        if (project.Status is not null)
        {
            var status = new JsonObject { ["status"] = project.Status };
            if (project.StatusReason is not null) status["reason"] = project.StatusReason;
            page["project-status"] = status;
        }
        return Utf8(page);
    }

    public static byte[] ProjectHtml(FakeProject project, FakeFile[] files, Func<FakeFile, string> url)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html>\n  <head>\n    <meta name=\"pypi:repository-version\" content=\"1.4\">\n");
        if (project.Status is not null) html.Append(CultureInfo.InvariantCulture, $"    <meta name=\"pypi:project-status\" content=\"{WebUtility.HtmlEncode(project.Status)}\">\n");
        html.Append(CultureInfo.InvariantCulture, $"    <title>Links for {project.Name}</title>\n  </head>\n  <body>\n    <h1>Links for {project.Name}</h1>\n");
        foreach (var file in files)
        {
            var fragment = file.Hashes.Count == 0 ? "" : $"#{file.Hashes.First().Key}={file.Hashes.First().Value}";
            html.Append(CultureInfo.InvariantCulture, $"<a href=\"{WebUtility.HtmlEncode(url(file) + fragment)}\"");
            if (file.RequiresPython is not null) html.Append(CultureInfo.InvariantCulture, $" data-requires-python=\"{WebUtility.HtmlEncode(file.RequiresPython)}\"");
            if (file.Yanked is not null) html.Append(CultureInfo.InvariantCulture, $" data-yanked=\"{WebUtility.HtmlEncode(file.Yanked)}\"");
            if (file.CoreMetadata is not null) html.Append(CultureInfo.InvariantCulture, $" data-core-metadata=\"{(file.CoreMetadata == "true" ? "true" : $"sha256={file.CoreMetadata}")}\"");
            html.Append(CultureInfo.InvariantCulture, $" >{WebUtility.HtmlEncode(file.Filename)}</a><br />\n");
        }
        html.Append("</body>\n</html>\n");
        if (project.Serial is { } serial) html.Append(CultureInfo.InvariantCulture, $"<!--SERIAL {serial}-->");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    public static byte[] ListJson(FakeProject[] projects, string apiVersion) => Utf8(new JsonObject
    {
        ["meta"] = Meta(projects.Max(p => p.Serial), apiVersion),
        ["projects"] = new JsonArray([.. projects.Select(p => new JsonObject { ["name"] = p.Name, ["_last-serial"] = p.Serial })]),
    });

    public static byte[] ListHtml(FakeProject[] projects) => Encoding.UTF8.GetBytes(
        "<!DOCTYPE html>\n<html>\n  <head>\n    <meta name=\"pypi:repository-version\" content=\"1.4\">\n    <title>Simple index</title>\n  </head>\n  <body>\n"
        + string.Concat(projects.Select(p => $"    <a href=\"/simple/{ProjectName.Normalize(p.Name)}/\">{p.Name}</a>\n")) + "  </body>\n</html>\n");

    /// <summary>The legacy JSON; only the unversioned form has <c>releases</c>. Null where there is no such version.</summary>
    public static byte[]? Legacy(FakeProject project, FakeFile[] files, Func<FakeFile, string> url, string? version)
    {
        var newest = version ?? files.LastOrDefault()?.Version;
        if (newest is null || files.All(f => f.Version != newest)) return null;
        JsonArray Of(string v) => [.. files.Where(f => f.Version == v).Select(f => LegacyFile(f, url(f)))];
        var json = new JsonObject
        {
            ["info"] = new JsonObject { ["name"] = project.Name, ["version"] = newest, ["summary"] = "A sample for tests", ["yanked"] = false, ["yanked_reason"] = null },
            ["last_serial"] = project.Serial,
        };
        if (version is null) json["releases"] = new JsonObject(files.Select(f => f.Version).Distinct().Select(v => KeyValuePair.Create(v, (JsonNode?)Of(v))));
        json["urls"] = Of(newest);
        json["vulnerabilities"] = new JsonArray();
        return Utf8(json);
    }

    private static JsonObject Meta(long? serial, string apiVersion)
    {
        var meta = new JsonObject { ["api-version"] = apiVersion };
        if (serial is not null) meta.Insert(0, "_last-serial", serial);
        return meta;
    }

    private static JsonObject FileJson(FakeFile file, string url, string baseUrl)
    {
        var json = new JsonObject { ["filename"] = file.Filename };
        JsonNode? Core() => file.CoreMetadata switch { null => false, "true" => true, var sha => new JsonObject { ["sha256"] = sha } };
        json["core-metadata"] = Core();
        json["data-dist-info-metadata"] = Core();
        json["hashes"] = new JsonObject(file.Hashes.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value)));
        json["provenance"] = file.Provenance is null ? null : file.ProvenanceUrl ?? baseUrl + file.ProvenancePath;
        json["requires-python"] = file.RequiresPython;
        if (file.Size is not null) json["size"] = file.Size;
        if (file.UploadTime is { } time) json["upload-time"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        json["url"] = url;
        json["yanked"] = file.Yanked switch { null => false, "" => true, var reason => reason };
        return json;
    }

    private static JsonObject LegacyFile(FakeFile file, string url) => new()
    {
        ["digests"] = new JsonObject(file.Hashes.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))),
        ["filename"] = file.Filename,
        ["packagetype"] = file.Filename.EndsWith(".whl", StringComparison.Ordinal) ? "bdist_wheel" : "sdist",
        ["size"] = file.Size,
        ["upload_time_iso_8601"] = file.UploadTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["url"] = url,
        ["yanked"] = file.Yanked is not null,
        ["yanked_reason"] = file.Yanked,
    };

    private static byte[] Utf8(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
