namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>The settings under <c>Admin:SingleSignOn</c>: a proxy of <c>Network:TrustedProxies</c> signs people in and says who they are.</summary>
/// <param name="UserHeader">The request header with the user's name.</param>
/// <param name="GroupsHeader">The one with their groups; null: users have none.</param>
/// <param name="Separator">Between two groups.</param>
/// <param name="Viewers">Groups whose members may view; <see cref="Everyone"/>: whoever has signed in.</param>
/// <param name="Operators">Groups whose members may operate.</param>
public sealed record SingleSignOnSettings(string UserHeader, string? GroupsHeader, string Separator, IReadOnlyList<string> Viewers, IReadOnlyList<string> Operators)
{
    /// <summary>In a list of groups: whoever has signed in.</summary>
    public const string Everyone = "*";

    private const string Section = "Admin:SingleSignOn:";

    // What has a meaning of its own, or comes from every browser, names nobody.
    private static readonly HashSet<string> Taken = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Cookie", "Host", "Origin", "Referer", "User-Agent", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
    };

    /// <summary>The settings; null where none is set, or one is wrong.</summary>
    internal static SingleSignOnSettings? Read(SettingsReader reader)
    {
        var user = Header(reader, "UserHeader");
        var groups = Header(reader, "GroupsHeader");
        var separator = reader.Text(Section + "Separator");
        var (viewers, operators) = (reader.List(Section + "Viewers", "the name of a group, or *", static g => g), reader.List(Section + "Operators", "the name of a group, or *", static g => g));
        if (user is null && groups is null && separator is null && viewers.Count + operators.Count == 0) return null;

        if (user is null) reader.Add($"Hashgate:{Section}UserHeader is missing: it must name the header in which the proxy says who has signed in.");
        if (reader.List("Network:TrustedProxies", "", static n => n).Count == 0)
            reader.Add($"Hashgate:Network:TrustedProxies is missing: {Section}UserHeader is believed from these networks alone, so they must name the proxy's.");
        if (viewers.Count + operators.Count == 0) reader.Add($"Hashgate:{Section}Viewers and Operators are missing: nobody who signs in could see anything. Name groups, or * for whoever has signed in.");
        if (groups is null && viewers.Concat(operators).Any(static g => g != Everyone)) reader.Add($"Hashgate:{Section}GroupsHeader is missing: Viewers or Operators name groups, so it must name the header that has a user's.");
        if (user is not null && string.Equals(user, groups, StringComparison.OrdinalIgnoreCase)) reader.Add($"Hashgate:{Section}GroupsHeader is '{groups}': it must be another header than UserHeader.");
        return user is null ? null : new SingleSignOnSettings(user, groups, separator ?? ",", viewers, operators);
    }

    private static string? Header(SettingsReader reader, string name)
    {
        if (reader.Text(Section + name) is not { } header) return null;
        if (header.Length <= 100 && header.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-') && !Taken.Contains(header)) return header;
        reader.Wrong(Section + name, header, "the name of a request header of letters, digits and hyphens, such as X-Remote-User, that no browser sends");
        return null;
    }
}
