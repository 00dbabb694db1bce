using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hashgate.Testing.S3;

/// <summary>
/// An object store that does what Hashgate asks of S3, and honours what small stand-ins don't: <c>If-None-Match</c> on writes, and sha256
/// checksums of what it is sent. It can be made to fail.
/// </summary>
public sealed class FakeS3 : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> _uploads = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = [];

    private readonly X509Certificate2? _certificate;

    private FakeS3(WebApplication app, X509Certificate2? certificate) => (_app, _certificate) = (app, certificate);

    /// <summary>Its address.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What Hashgate is told to share its files here; parts as small as S3 allows.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Blobs:Provider"] = "s3",
        ["S3:ServiceUrl"] = Url.ToString(),
        ["S3:Bucket"] = "blobs",
        ["S3:AccessKey"] = "key",
        ["S3:SecretKey"] = "secret",
        ["S3:PartBytes"] = "5242880",
    };

    /// <summary>What is visible, by key.</summary>
    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>The most names that one answer lists.</summary>
    public int ListedAtOnce { get; set; } = 1000;

    /// <summary>The shared files among it.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _objects.Where(o => o.Key.StartsWith("sha256/", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    /// <summary>Uploads in parts that were neither completed nor taken back.</summary>
    public int Unfinished => _uploads.Count;

    /// <summary>Method and path of every request, in order.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Answers a request instead of the store; null lets it through.</summary>
    public Func<HttpRequest, HttpStatusCode?> Fault { get; set; } = _ => null;

    /// <summary>Keeps requests waiting: none is answered before this is completed.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>Whether writes with conditions are 501, as with some stores.</summary>
    public bool KnowsConditions { get; set; } = true;

    /// <summary>What its clients have to trust.</summary>
    public string CertificatePem => (_certificate ?? throw new InvalidOperationException("This store speaks http.")).ExportCertificatePem();

    public static async Task<FakeS3> StartAsync(Uri? url = null, bool https = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var certificate = https ? LoopbackCertificate.Create() : null;
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            if (certificate is not null) kestrel.ConfigureHttpsDefaults(tls => tls.ServerCertificate = certificate);
        }).UseUrls(url?.ToString() ?? (https ? "https://127.0.0.1:0" : "http://127.0.0.1:0"));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var store = new FakeS3(app, certificate);
        app.Run(store.AnswerAsync);
        await app.StartAsync();
        store.Url = new Uri(app.Urls.First());
        return store;
    }

    /// <summary>Puts other bytes where an object is, as somebody with access to the bucket could.</summary>
    public void Replace(string key, byte[] bytes) => _objects[key] = bytes;

    /// <summary>Takes an object away, as a lifecycle rule could.</summary>
    public void Remove(string key) => _objects.TryRemove(key, out _);

    /// <summary>Waits until a request came that has this in its method, path or query.</summary>
    public async Task AwaitRequestAsync(string part)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!_requests.Any(r => r.Contains(part, StringComparison.Ordinal))) await Task.Delay(20, deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate?.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        _requests.Enqueue($"{request.Method} {request.Path}{request.QueryString}");
        var body = await ReadAsync(request);
        await Held.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Fault(request) is { } fault)
        {
            await RefuseAsync(response, fault, "Fault");
            return;
        }
        // Behind the bucket's name.
        var key = request.Path.Value!.Split('/', 3)[^1];
        await (request.Method switch
        {
            "PUT" when request.Query["uploadId"].ToString() is { Length: > 0 } upload => PutPartAsync(request, response, upload, body),
            "PUT" => PutAsync(request, response, key, body),
            "POST" when request.Query.ContainsKey("uploads") => BeginAsync(response, key),
            "POST" => CompleteAsync(request, response, key),
            "GET" when request.Query["list-type"] == "2" => ListAsync(request, response),
            "GET" or "HEAD" => GetAsync(request, response, key),
            "DELETE" => DeleteAsync(request, response, key),
            _ => RefuseAsync(response, HttpStatusCode.MethodNotAllowed, "MethodNotAllowed"),
        });
    }

    private async Task PutAsync(HttpRequest request, HttpResponse response, string key, byte[] body)
    {
        if (await RefusesAsync(request, response, key, body)) return;
        _objects[key] = body;
        response.Headers.ETag = Tag(body);
    }

    private async Task PutPartAsync(HttpRequest request, HttpResponse response, string upload, byte[] body)
    {
        if (!_uploads.TryGetValue(upload, out var parts))
        {
            await RefuseAsync(response, HttpStatusCode.NotFound, "NoSuchUpload");
            return;
        }
        if (await RefusesAsync(request, response, null, body)) return;
        parts[int.Parse(request.Query["partNumber"]!, CultureInfo.InvariantCulture)] = body;
        response.Headers.ETag = Tag(body);
    }

    private async Task BeginAsync(HttpResponse response, string key)
    {
        var upload = Guid.NewGuid().ToString("n");
        _uploads[upload] = new ConcurrentDictionary<int, byte[]>();
        await WriteAsync(response, $"<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>{key}</Key><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>");
    }

    private async Task CompleteAsync(HttpRequest request, HttpResponse response, string key)
    {
        var upload = request.Query["uploadId"].ToString();
        if (!_uploads.TryGetValue(upload, out var parts))
        {
            await RefuseAsync(response, HttpStatusCode.NotFound, "NoSuchUpload");
            return;
        }
        if (await RefusesAsync(request, response, key, null)) return;
        _objects[key] = [.. parts.OrderBy(p => p.Key).SelectMany(p => p.Value)];
        _uploads.TryRemove(upload, out _);
        await WriteAsync(response, $"<CompleteMultipartUploadResult><Key>{key}</Key><ETag>{Tag(_objects[key])}</ETag></CompleteMultipartUploadResult>");
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response, string key)
    {
        if (!_objects.TryGetValue(key, out var bytes))
        {
            await RefuseAsync(response, HttpStatusCode.NotFound, "NoSuchKey");
            return;
        }
        var from = 0;
        if (request.GetTypedHeaders().Range?.Ranges.Single().From is { } start)
        {
            from = (int)start;
            if (from >= bytes.Length)
            {
                await RefuseAsync(response, HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange");
                return;
            }
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }
        response.ContentLength = bytes.Length - from;
        response.Headers.ETag = Tag(bytes);
        if (request.Method == "GET") await response.Body.WriteAsync(bytes.AsMemory(from));
    }

    /// <summary>Names in their order; the name that one answer ends with is where the next goes on.</summary>
    private Task ListAsync(HttpRequest request, HttpResponse response)
    {
        var (prefix, after) = (request.Query["prefix"].ToString(), request.Query["continuation-token"].ToString());
        var found = _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(o.Key, after) > 0).OrderBy(o => o.Key, StringComparer.Ordinal).ToArray();
        var listed = found.Take(ListedAtOnce).ToArray();
        var rest = found.Length > listed.Length ? $"<IsTruncated>true</IsTruncated><NextContinuationToken>{listed[^1].Key}</NextContinuationToken>" : "<IsTruncated>false</IsTruncated>";
        var contents = listed.Select(o => $"<Contents><Key>{WebUtility.HtmlEncode(o.Key)}</Key><Size>{o.Value.Length}</Size></Contents>");
        return WriteAsync(response, $"<ListBucketResult><Prefix>{WebUtility.HtmlEncode(prefix)}</Prefix><KeyCount>{listed.Length}</KeyCount>{rest}{string.Concat(contents)}</ListBucketResult>");
    }

    private Task DeleteAsync(HttpRequest request, HttpResponse response, string key)
    {
        if (request.Query["uploadId"].ToString() is { Length: > 0 } upload) _uploads.TryRemove(upload, out _);
        else _objects.TryRemove(key, out _);
        response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task<bool> RefusesAsync(HttpRequest request, HttpResponse response, string? key, byte[]? body)
    {
        if (request.Headers.IfNoneMatch == "*")
        {
            if (!KnowsConditions)
            {
                await RefuseAsync(response, HttpStatusCode.NotImplemented, "NotImplemented");
                return true;
            }
            if (key is not null && _objects.ContainsKey(key))
            {
                await RefuseAsync(response, HttpStatusCode.PreconditionFailed, "PreconditionFailed");
                return true;
            }
        }
        if (body is null || request.Headers["x-amz-checksum-sha256"].ToString() is not { Length: > 0 } told || told == Convert.ToBase64String(SHA256.HashData(body))) return false;
        await RefuseAsync(response, HttpStatusCode.BadRequest, "BadDigest");
        return true;
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return request.Headers["x-amz-content-sha256"].ToString().StartsWith("STREAMING-", StringComparison.Ordinal) ? Unchunk(body.ToArray()) : body.ToArray();
    }

    /// <summary>Takes the chunks out of the form in which signed bodies are streamed.</summary>
    private static byte[] Unchunk(ReadOnlySpan<byte> chunked)
    {
        using var whole = new MemoryStream();
        while (true)
        {
            var line = chunked[..chunked.IndexOf("\r\n"u8)];
            chunked = chunked[(line.Length + 2)..];
            var digits = line.IndexOf((byte)';') is >= 0 and var end ? line[..end] : line;
            var size = int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0) return whole.ToArray();
            whole.Write(chunked[..size]);
            chunked = chunked[(size + 2)..];
        }
    }

    // One without a dash would be taken for the MD5 that Amazon's is.
    private static string Tag(byte[] bytes) => $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}-1\"";

    private static async Task WriteAsync(HttpResponse response, string xml)
    {
        response.ContentType = "application/xml";
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml));
    }

    private static async Task RefuseAsync(HttpResponse response, HttpStatusCode status, string code)
    {
        response.StatusCode = (int)status;
        if (response.HttpContext.Request.Method != "HEAD") await WriteAsync(response, $"<Error><Code>{code}</Code><Message>{code}</Message></Error>");
    }
}
