namespace Hashgate.Testing;

/// <summary>The Redis user of docs/operations.md: tests run as it, so that what is written there is enough, and no more than that.</summary>
public static class RedisUser
{
    private const string Password = "a-password-of-the-tests";

    /// <summary>For a client's configuration.</summary>
    public const string Credentials = "user=hashgate,password=" + Password;

    /// <summary>The documented rules for a server, word by word, as they are written.</summary>
    public static IEnumerable<string> Documented { get; } = Read("user hashgate on >PASSWORD ~");

    /// <summary>The documented rules for a Sentinel.</summary>
    public static IEnumerable<string> DocumentedForSentinels { get; } = Read("user hashgate on >PASSWORD &");

    /// <summary>The same for any key prefix, and without a command that the server's arguments take away.</summary>
    internal static IEnumerable<string> Rules(string[] arguments) =>
        Documented.Where(rule => rule != "+config|get" || !arguments.Contains("--rename-command")).Select(rule => rule.StartsWith('~') ? "~*" : rule);

    private static string[] Read(string beginning)
    {
        var line = File.ReadLines(Path.Combine(Repository.Root, "docs", "operations.md")).Single(l => l.StartsWith(beginning, StringComparison.Ordinal));
        return line["user ".Length..].Replace("PASSWORD", Password, StringComparison.Ordinal).Split(' ');
    }
}
