namespace Hashgate.Proxy.Tests.Access;

/// <summary>Two configured tokens: ann may view, bob may operate.</summary>
internal static class Tokens
{
    public const string Ann = "viewer-token-0123456789";
    public const string Bob = "operator-token-0123456789";

    public static Dictionary<string, string?> Settings(params (string Key, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Admin:Tokens:ann:Value"] = Ann,
            ["Admin:Tokens:ann:Role"] = "view",
            ["Admin:Tokens:bob:Value"] = Bob,
            ["Admin:Tokens:bob:Role"] = "operate",
        };
        foreach (var (key, value) in more) settings[key] = value;
        return settings;
    }
}
