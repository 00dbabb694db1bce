using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Hashgate.Proxy.Tests.Advisories;

/// <summary>OSV's bucket in this process: the zip file of all records, the list of changes, each record by itself.</summary>
internal sealed class FakeFeed : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Json, DateTimeOffset Modified)> _records = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private FakeFeed(WebApplication app) => _app = app;

    /// <summary>The zip file.</summary>
    public Uri Url => new(_app.Urls.First() + "/PyPI/all.zip");

    /// <summary>Every request so far: the raw target, and <c> 304</c> where nothing had changed.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers nothing but 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>Sent instead of the zip file.</summary>
    public byte[]? Whole { get; set; }

    /// <summary>Sent instead of the record of this id.</summary>
    public Dictionary<string, string> Instead { get; } = [];

    public static async Task<FakeFeed> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var feed = new FakeFeed(app);
        app.Run(feed.AnswerAsync);
        await app.StartAsync();
        return feed;
    }

    /// <summary>Publishes a record that lists versions of one project.</summary>
    public void Put(string id, string project, string version, DateTimeOffset modified, string more = "")
    {
        var time = modified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        _records[id] = ($$"""
            {"id": "{{id}}", "modified": "{{time}}", "summary": "about {{project}}", "affected": [{"package": {"ecosystem": "PyPI", "name": "{{project}}"}, "versions": ["{{version}}"]}]{{more}}}
            """, modified);
    }

    public void Remove(string id) => Assert.True(_records.TryRemove(id, out _));

    /// <summary>A zip file of entries as they are given.</summary>
    public static byte[] Zip(params (string Name, string Content)[] entries)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }
        return bytes.ToArray();
    }

    public byte[] Zip() => Zip([.. _records.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => (r.Key + ".json", r.Value.Json))]);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var body = IsDown ? null : BodyOf(context.Request.Path.Value!);
        // By content, not by bytes: a zip file has the time of its making in it.
        var etag = $"\"{Convert.ToHexStringLower(SHA256.HashData(target.EndsWith(".zip", StringComparison.Ordinal) && Whole is null ? Encoding.UTF8.GetBytes(string.Concat(_records.Values.Select(r => r.Json).Order())) : body ?? []))}\"";
        var isKnown = body is not null && context.Request.Headers.IfNoneMatch == etag;
        Requests.Enqueue(isKnown ? target + " 304" : target);
        context.Response.Headers.ETag = etag;
        context.Response.StatusCode = IsDown ? 503 : body is null ? 404 : isKnown ? 304 : 200;
        if (context.Response.StatusCode == 200) await context.Response.Body.WriteAsync(body);
    }

    private byte[]? BodyOf(string path)
    {
        var name = path["/PyPI/".Length..];
        if (name == "all.zip") return Whole ?? Zip();
        if (name == "modified_id.csv")
            return Encoding.UTF8.GetBytes(string.Concat(_records.OrderByDescending(r => r.Value.Modified).Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Value.Modified.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'},{r.Key}\n"))));
        var id = name[..^".json".Length];
        if (Instead.TryGetValue(id, out var instead)) return Encoding.UTF8.GetBytes(instead);
        return _records.TryGetValue(id, out var record) ? Encoding.UTF8.GetBytes(record.Json) : null;
    }
}
