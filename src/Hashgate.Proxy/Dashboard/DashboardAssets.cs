using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Hashgate.Proxy.Dashboard;

/// <summary>Style sheet, script and icon, out of the program itself, under names that change with their bytes.</summary>
internal static class DashboardAssets
{
    private const string Prefix = "Assets/";

    private static readonly Lazy<FrozenDictionary<string, Asset>> All = new(Read);

    /// <summary>Every asset, by the name it is served under.</summary>
    public static IReadOnlyDictionary<string, Asset> ByServedName => All.Value;

    /// <summary>The name that an asset is served under, such as <c>dashboard.1f2e3d4c5b6a.css</c>.</summary>
    public static string NameOf(string name) => All.Value.Values.First(a => a.Name == name).ServedName;

    /// <summary>They hold no secret, and are what a sign-in page needs too.</summary>
    public static IResult Serve(HttpContext context, string file)
    {
        if (!All.Value.TryGetValue(file, out var asset)) return Results.NotFound();
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers.Vary = "Accept-Encoding";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var gzip = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (gzip) headers.ContentEncoding = "gzip";
        return Results.Bytes(gzip ? asset.Gzip : asset.Bytes, asset.Type);
    }

    private static FrozenDictionary<string, Asset> Read()
    {
        var assembly = typeof(DashboardAssets).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(resource =>
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return Asset.Of(resource[Prefix.Length..], bytes);
        }).ToFrozenDictionary(a => a.ServedName, StringComparer.Ordinal);
    }
}

/// <summary>One asset, as it is and packed.</summary>
internal sealed record Asset(string Name, string ServedName, string Type, byte[] Bytes, byte[] Gzip)
{
    public static Asset Of(string name, byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
        var type = Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new NotSupportedException($"An asset of the type {other} needs its media type here."),
        };
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return new Asset(name, $"{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}", type, bytes, packed.ToArray());
    }
}
