using System.Globalization;
using System.Text;
using Hashgate.Core.Packaging;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Hashgate.Testing;

/// <summary>What a well-behaved index answers to a request.</summary>
internal static class FakeRoutes
{
    public static Reply Answer(FakeIndex index, FakeProject[] projects, HttpRequest request, Func<byte[], byte[]> spoil)
    {
        if (request.Method is not ("GET" or "HEAD")) return Reply.Text(405, "method not allowed");
        if (index.Credentials is { } credentials && request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}")
            return Reply.Text(401, "credentials needed").With("WWW-Authenticate", "Basic realm=\"fake\"");
        var path = request.Path.Value ?? "/";
        var parts = path.Trim('/').Split('/');
        FakeProject? Named(string name) => Array.Find(projects, p => ProjectName.Normalize(p.Name) == name);
        return parts switch
        {
            ["simple"] => List(index, projects, request, spoil),
            ["simple", var name] when Named(name) is { } project => Page(index, project, request, spoil),
            ["pypi", var name, "json"] when Named(name) is { } project => Legacy(index, project, null, spoil),
            ["pypi", var name, var version, "json"] when Named(name) is { } project => Legacy(index, project, version, spoil),
            ["integrity", var name, var version, var filename, "provenance"] when Named(name) is { } project
                => Provenance(project, version, filename, spoil),
            _ => File(index, projects, path, request, spoil),
        };
    }

    private static Reply List(FakeIndex index, FakeProject[] projects, HttpRequest request, Func<byte[], byte[]> spoil)
    {
        var json = WantsJson(index, request);
        var body = json ? FakePages.ListJson(projects, index.ApiVersion) : FakePages.ListHtml(projects);
        return Finish(index, request, body, spoil, json, projects.Max(p => p.Serial));
    }

    private static Reply Page(FakeIndex index, FakeProject project, HttpRequest request, Func<byte[], byte[]> spoil)
    {
        var json = WantsJson(index, request);
        var files = FilesOf(project).Where(f => f.Listed).ToArray();
        var body = json
            ? FakePages.ProjectJson(project, files, index.UrlOf, index.BaseUrl, index.ApiVersion)
            : FakePages.ProjectHtml(project, files, index.UrlOf);
        return Finish(index, request, body, spoil, json, project.Serial);
    }

    private static Reply Finish(FakeIndex index, HttpRequest request, byte[] body, Func<byte[], byte[]> spoil, bool json, long? serial)
    {
        var etag = $"\"{Sha256Digest.Of(body).ToString()[..32]}\"";
        var reply = new Reply(200, spoil(body), json ? FakePages.JsonType : FakePages.HtmlType).With("Vary", "Accept, Accept-Encoding").With("Cache-Control", "max-age=600, public");
        if (serial is { } number) reply = reply.With("X-PyPI-Last-Serial", number.ToString(CultureInfo.InvariantCulture));
        if (index.SendETag) reply = reply.With("ETag", etag);
        if (index.LastModified is { } modified) reply = reply.With("Last-Modified", HeaderUtilities.FormatDate(modified));
        var unchanged = (index.SendETag && request.Headers.IfNoneMatch == etag)
            || (index.LastModified is { } since && request.Headers.IfModifiedSince == HeaderUtilities.FormatDate(since));
        if (unchanged) return reply with { Status = 304, Body = [], ContentType = null };
        return request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal)
            ? reply.With("Content-Encoding", "gzip") with { Body = Fault.Compress(reply.Body) }
            : reply;
    }

    private static Reply Legacy(FakeIndex index, FakeProject project, string? version, Func<byte[], byte[]> spoil)
    {
        var json = FakePages.Legacy(project, FilesOf(project), index.UrlOf, version);
        return json is null ? Reply.Text(404, "Not Found") : new Reply(200, spoil(json), "application/json").With("X-PyPI-Last-Serial", $"{project.Serial}");
    }

    private static Reply Provenance(FakeProject project, string version, string filename, Func<byte[], byte[]> spoil)
    {
        var file = Array.Find(FilesOf(project), f => f.Filename == filename && f.Version == version);
        return file?.Provenance is { } json
            ? new Reply(200, spoil(Encoding.UTF8.GetBytes(json)), "application/vnd.pypi.integrity.v1+json")
            : new Reply(404, Encoding.UTF8.GetBytes("{\"message\": \"No provenance available\"}"), "application/json");
    }

    private static Reply File(FakeIndex index, FakeProject[] projects, string path, HttpRequest request, Func<byte[], byte[]> spoil)
    {
        var files = projects.SelectMany(FilesOf);
        var bytes = files.Where(f => f.Path == path).Select(f => f.Bytes).FirstOrDefault()
            ?? files.Where(f => f.Path + ".metadata" == path).Select(f => f.Metadata).FirstOrDefault();
        if (bytes is null) return Reply.Text(404, "Not Found");
        var etag = $"\"{Sha256Digest.Of(bytes).ToString()[..32]}\"";
        var reply = new Reply(200, spoil(bytes), "application/octet-stream").With("ETag", etag).With("Cache-Control", "max-age=365000000, immutable, public");
        if (!index.Ranges) return reply;
        reply = reply.With("Accept-Ranges", "bytes");
        var range = request.Headers.Range.ToString();
        if (range.Length == 0 || (request.Headers.IfRange.Count > 0 && request.Headers.IfRange != etag)) return reply;
        return Range(reply, range);
    }

    private static Reply Range(Reply whole, string range)
    {
        if (!RangeHeaderValue.TryParse(range, out var parsed) || parsed.Ranges.Count != 1) return whole;
        var total = whole.Body.Length;
        var one = parsed.Ranges.Single();
        var from = one.From ?? Math.Max(0, total - one.To!.Value);
        var to = one.From is null ? total - 1 : Math.Min(one.To ?? (total - 1), total - 1);
        if (from >= total || to < from)
            return Reply.Text(416, "range").With("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes */{total}"));
        return whole.With("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{total}")) with
        {
            Status = 206,
            Body = whole.Body[(int)from..((int)to + 1)],
        };
    }

    private static FakeFile[] FilesOf(FakeProject project)
    {
        lock (project.Files) return [.. project.Files];
    }

    private static bool WantsJson(FakeIndex index, HttpRequest request) =>
        !index.HtmlOnly && request.Headers.Accept.ToString().Contains(FakePages.JsonType, StringComparison.Ordinal);
}
