namespace Hashgate.Proxy.Tests.Bypass;

/// <summary>Other spellings of the file's address: what a server folds into the same path before it routes.</summary>
internal static class TargetAttacks
{
    private const string Root = "/packages/";

    public static IEnumerable<Attack> All { get; } =
    [
        Odd("an encoded dot segment", static g => "/simple/%2e%2e" + g.Path),
        Odd("an encoded dot", static g => "/packages/%2e/" + g.Path[Root.Length..]),
        Odd("an upper case encoded dot segment", static g => "/simple/%2E%2E" + g.Path),
        Odd("a half encoded dot segment", static g => "/simple/.%2e" + g.Path),
        Odd("an encoded slash", static g => "/packages%2f" + g.Path[Root.Length..]),
        Odd("an encoded slash before the name", static g => g.Directory[..^1] + "%2F" + g.File.Filename),
        Odd("an encoded backslash", static g => "/packages%5c" + g.Path[Root.Length..]),
        Odd("a backslash", static g => "/packages\\" + g.Path[Root.Length..]),
        Odd("a NUL at the end", static g => g.Path + "%00"),
        Odd("a NUL and an extension", static g => g.Path + "%00.metadata"),
        Odd("a line end", static g => g.Path + "%0d%0aX:1"),
        Odd("a space", static g => g.Path + "%20"),
        Odd("a byte that is no UTF-8", static g => g.Path + "%ff"),
        Odd("an overlong slash", static g => "/packages%c0%af" + g.Path[Root.Length..]),
        Odd("a doubly encoded slash", static g => "/packages%252f" + g.Path[Root.Length..]),
        Odd("a doubly encoded letter", static g => "/%2570ackages/" + g.Path[Root.Length..]),
        Odd("an encoded letter", static g => "/%70ackages/" + g.Path[Root.Length..]),
        Odd("an encoded dot in the name", static g => g.Path.Replace(".whl", "%2ewhl", StringComparison.Ordinal)),
        Odd("an encoded question mark", static g => g.Path + "%3Fx"),
        Odd("an encoded fragment", static g => g.Path + "%23x"),
        Odd("a broken escape", static g => g.Path + "%"),
        Odd("a fragment", static g => g.Path + "#x"),
        Odd("two slashes in front", static g => "/" + g.Path),
        Odd("two slashes within", static g => "/packages//" + g.Path[Root.Length..]),
        Odd("two slashes before the name", static g => g.Directory + "/" + g.File.Filename),
        Odd("a dot segment", static g => "/packages/./" + g.Path[Root.Length..]),
        Odd("a dot segment before the name", static g => g.Directory + "./" + g.File.Filename),
        Odd("a segment up", static g => "/simple/.." + g.Path),
        Odd("a segment up before the name", static g => g.Directory + "x/../" + g.File.Filename),
        Odd("a segment up at the root", static g => "/.." + g.Path),
        Odd("a parameter", static g => g.Path + ";x"),
        Odd("a parameter in front", static g => "/packages;x/" + g.Path[Root.Length..]),
        Odd("a letter beyond ASCII", static g => g.Path + "\u00e9"),
        Odd("absolute form", static g => $"http://{g.Server.Authority}{g.Path}"),
        Odd("absolute form of another scheme", static g => $"https://{g.Server.Authority}{g.Path}"),
        Odd("absolute form of the upstream", static g => "https://files.pythonhosted.org" + g.Path),
        Odd("no slash in front", static g => g.Path[1..]),
        new("a query", Expect.AsTheFile, static g => Get(g, g.Path + "?x=1")),
        new("a query like a path", Expect.AsTheFile, static g => Get(g, g.Path + "?/../" + g.Path)),
        new("an empty query", Expect.AsTheFile, static g => Get(g, g.Path + "?")),
        new("the plus as an escape", Expect.AsTheFile, static g => Get(g, g.Path.Replace("+", "%2B", StringComparison.Ordinal))),
        new("the plus as a lower case escape", Expect.AsTheFile, static g => Get(g, g.Path.Replace("+", "%2b", StringComparison.Ordinal))),
        new("the plus as a doubled escape", Expect.Odd, static g => Get(g, g.Path.Replace("+", "%252B", StringComparison.Ordinal))),
        new("two Host headers", Expect.Odd, static g => RawClient.Request(g.Server, "GET", g.Path, "Host: other")),
        .. ((string[])["X-Original-URL", "X-Rewrite-URL", "X-Original-URI", "X-Forwarded-Uri", "X-Forwarded-Prefix"]).SelectMany(static header => (Attack[])
        [
            new($"{header} at the list", Expect.SomethingElse, g => RawClient.Request(g.Server, "GET", "/simple/", $"{header}: {g.Path}")),
            new($"{header} at a good file", Expect.SomethingElse, g => RawClient.Request(g.Server, "GET", g.Neighbour.Path, $"{header}: {g.Path}")),
            new($"{header} at the file itself", Expect.AsTheFile, g => RawClient.Request(g.Server, "GET", g.Path, $"{header}: {g.Neighbour.Path}")),
        ]),
        new("a second request smuggled in a chunked body", Expect.AsTheFile, static g =>
            RawClient.Request(g.Server, "GET", g.Path, "Transfer-Encoding: chunked") + $"0\r\n\r\n{Get(g, g.Path)}"),
    ];

    private static string Get(Goal goal, string target) => RawClient.Request(goal.Server, "GET", target);

    private static Attack Odd(string name, Func<Goal, string> target) => new(name, Expect.Odd, g => Get(g, target(g)));
}
