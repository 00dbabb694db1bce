namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>The file's very address, with every condition, range and method that could be answered from something kept.</summary>
internal static class PlainAttacks
{
    public static IEnumerable<Attack> All { get; } =
    [
        Get("plain"),
        Head("plain"),
        new("HTTP/1.0", Expect.AsTheFile, static g => $"GET {g.Path} HTTP/1.0\r\n\r\n"),
        new("a body with the GET", Expect.AsTheFile, static g => RawClient.Request(g.Server, "GET", g.Path, "Content-Length: 4") + "body"),
        new("a method in lower case", Expect.AsTheFile, static g => RawClient.Request(g.Server, "get", g.Path)),
        Get("first byte", static _ => ["Range: bytes=0-0"]),
        Get("open range", static _ => ["Range: bytes=1-"]),
        Get("suffix range", static _ => ["Range: bytes=-100"]),
        Get("several ranges", static _ => ["Range: bytes=0-99,200-299,-50"]),
        Get("ranges beyond the end", static _ => ["Range: bytes=99999999-"]),
        Get("two Range headers", static _ => ["Range: bytes=0-1", "Range: bytes=5-9"]),
        Get("a unit that is unknown", static _ => ["Range: lines=0-1"]),
        Get("If-Range with the claimed digest", static g => ["Range: bytes=1-", "If-Range: " + g.ClaimedETag]),
        Get("If-Range with the true digest", static g => ["Range: bytes=1-", "If-Range: " + g.ETag]),
        Get("If-Range with a date", static _ => ["Range: bytes=1-", "If-Range: Mon, 01 Jan 2035 00:00:00 GMT"]),
        Get("If-None-Match with the claimed digest", static g => ["If-None-Match: " + g.ClaimedETag]),
        Get("If-None-Match with the true digest", static g => ["If-None-Match: " + g.ETag]),
        Get("If-None-Match with a weak tag", static g => ["If-None-Match: W/" + g.ETag]),
        Get("If-None-Match with any", static _ => ["If-None-Match: *"]),
        Get("If-None-Match and a range", static g => ["If-None-Match: " + g.ETag, "Range: bytes=0-9"]),
        Get("If-Match", static g => ["If-Match: " + g.ETag]),
        Get("If-Modified-Since", static _ => ["If-Modified-Since: Mon, 01 Jan 2035 00:00:00 GMT"]),
        Head("a range", static _ => ["Range: bytes=0-99"]),
        Head("If-None-Match with any", static _ => ["If-None-Match: *"]),
        Head("If-None-Match with the true digest", static g => ["If-None-Match: " + g.ETag]),
        Get("encodings", static _ => ["Accept-Encoding: gzip, br, zstd"]),
        Get("another Host", static g => ["X-Forwarded-Host: pypi.org", "X-Forwarded-For: 127.0.0.1"]),
        Get("somebody's credentials", static _ => ["Authorization: Basic YTpi", "Cookie: a=b"]),
        .. ((string[])["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "GETT"]).Select(static method =>
            new Attack(method, Expect.NoSuchMethod, g => RawClient.Request(g.Server, method, g.Path, "Content-Length: 0"))),
        .. ((string[])["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]).Select(static header =>
            new Attack($"POST with {header}", Expect.NoSuchMethod, g => RawClient.Request(g.Server, "POST", g.Path, $"{header}: GET", "Content-Length: 0"))),
    ];

    private static Attack Get(string name, Func<Goal, string[]>? headers = null) =>
        new($"GET, {name}", Expect.AsTheFile, g => RawClient.Request(g.Server, "GET", g.Path, headers?.Invoke(g) ?? []));

    private static Attack Head(string name, Func<Goal, string[]>? headers = null) =>
        new($"HEAD, {name}", Expect.AsItsHead, g => RawClient.Request(g.Server, "HEAD", g.Path, headers?.Invoke(g) ?? []));
}
