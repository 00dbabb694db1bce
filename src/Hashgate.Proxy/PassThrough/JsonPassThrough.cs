using System.Text.Json;
using System.Text.Json.Nodes;
using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Hashgate.Proxy.PassThrough;

/// <summary>
/// Passes the legacy JSON and provenance of one upstream on, through YARP and the same guarded handler as everything else. An
/// answer that can be given is written; whatever can't is a value, for the one door that refusals leave by.
/// </summary>
public sealed class JsonPassThrough(IHttpForwarder forwarder, UpstreamClient upstreams, TimeProvider time)
{
    /// <summary>PyPI's largest project JSON is some 20 MB.</summary>
    private const int MaxJsonBytes = 64 * 1024 * 1024;
    private const int MaxProvenanceBytes = 4 * 1024 * 1024;
    private const string Json = "application/json";
    private const string Integrity = "application/vnd.pypi.integrity.v1+json";

    /// <summary>Keys twice could be read differently by us and by the client.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Answers <c>/pypi/&lt;project&gt;[/&lt;version&gt;]/json</c>.</summary>
    public async Task<PassThroughResult> LegacyJsonAsync(HttpContext context, Upstream upstream, ProjectName project, string? version, LegacyView view)
    {
        if (version is not null && !IsSegment(version)) return new PassThroughResult.Failed(NoSuchName);
        var (json, error) = await FetchJsonAsync(context, upstream, LegacyUrl(upstream, project, version));
        if (json is null) return new PassThroughResult.Failed(error!);
        string? infoOf = null;
        var allowed = version is null ? LegacyJson.TryRewriteProject(json, view, out infoOf) : LegacyJson.TryRewriteVersion(json, view);
        if (!allowed) return new PassThroughResult.NothingAllowed();
        if (infoOf is not null && IsSegment(infoOf))
        {
            // Without an answer the cut-down info stands: it tells less, and nothing false.
            var (ofVersion, _) = await FetchJsonAsync(context, upstream, LegacyUrl(upstream, project, infoOf));
            if (ofVersion is not null) LegacyJson.TakeInfo(json, ofVersion, infoOf);
        }
        await WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(json), Json);
        return new PassThroughResult.Sent();
    }

    /// <summary>Answers <c>/integrity/&lt;project&gt;/&lt;version&gt;/&lt;file&gt;/provenance</c>; whether the file is allowed is the caller's to ask.</summary>
    public async Task<PassThroughResult> ProvenanceAsync(HttpContext context, Upstream upstream, ProjectName project, string version, string filename)
    {
        if (!IsSegment(version) || !IsSegment(filename)) return new PassThroughResult.Failed(NoSuchName);
        var target = new Uri(upstream.IndexUrl, $"../integrity/{project.Value}/{Uri.EscapeDataString(version)}/{Uri.EscapeDataString(filename)}/provenance");
        var answer = await ForwardAsync(context, upstream, target, $"{Integrity}, {Json};q=0.5", MaxProvenanceBytes);
        if (answer.Body is not { } body) return new PassThroughResult.Failed(answer.Error!);
        if (Parse(body) is null) return new PassThroughResult.Failed(NoObject);
        await WriteAsync(context, body, answer.MediaType == Integrity ? Integrity : Json);
        return new PassThroughResult.Sent();
    }

    private static Uri LegacyUrl(Upstream upstream, ProjectName project, string? version) =>
        new(upstream.IndexUrl, version is null ? $"../pypi/{project.Value}/json" : $"../pypi/{project.Value}/{Uri.EscapeDataString(version)}/json");

    /// <summary>Whether a text names something below a path: dots alone, escaped or not, lead up and away.</summary>
    private static bool IsSegment(string text) => text is not ("" or "." or "..");

    private async Task<(JsonObject? Json, FetchError? Error)> FetchJsonAsync(HttpContext context, Upstream upstream, Uri target)
    {
        var answer = await ForwardAsync(context, upstream, target, Json, MaxJsonBytes);
        if (answer.Body is not { } body) return (null, answer.Error);
        return Parse(body) is { } json ? (json, null) : (null, NoObject);
    }

    private async Task<(byte[]? Body, string? MediaType, FetchError? Error)> ForwardAsync(HttpContext context, Upstream upstream, Uri target, string accept, int limit)
    {
        var connection = upstreams.ConnectionFor(upstream);
        if (connection.Health.CircuitOpen) return (null, null, FetchErrors.CircuitOpen);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
            return (null, null, FetchErrors.Malformed("The request has a body or asks for an upgrade, which is not passed on."));
        if (!await connection.EnterAsync(context.RequestAborted)) return (null, null, FetchErrors.Busy);
        try
        {
            var transformer = new JsonTransformer(target, accept, limit, upstream, time);
            var config = new ForwarderRequestConfig { ActivityTimeout = upstream.Timeout };
            var result = await forwarder.SendAsync(context, target.GetLeftPart(UriPartial.Authority), connection.Invoker, config, transformer);
            context.RequestAborted.ThrowIfCancellationRequested();
            if (result == ForwarderError.None) return (transformer.Body, transformer.MediaType, transformer.Error);
            JsonTransformer.Restore(context);
            var problem = context.Features.Get<IForwarderErrorFeature>()?.Exception;
            return (null, null, problem is null ? FetchErrors.Malformed("The answer could not be passed on.") : FetchErrors.From(problem));
        }
        finally
        {
            connection.Leave();
        }
    }

    private static readonly FetchError NoSuchName = new(FetchErrorKind.Gone, "No version or file has such a name.", StatusCodes.Status404NotFound);

    private static readonly FetchError NoObject = FetchErrors.Malformed("The answer is no JSON object, or has a key twice.");

    private static JsonObject? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task WriteAsync(HttpContext context, byte[] body, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}

/// <summary>What came of passing a request on.</summary>
public abstract record PassThroughResult
{
    private PassThroughResult() { }

    /// <summary>The answer is written.</summary>
    public sealed record Sent : PassThroughResult;

    /// <summary>The upstream has it, and policy allows none of its files. Nothing is written.</summary>
    public sealed record NothingAllowed : PassThroughResult;

    /// <summary>No usable answer; <see cref="FetchErrorKind.Gone"/> is the upstream's 404. Nothing is written.</summary>
    public sealed record Failed(FetchError Error) : PassThroughResult;
}
