using Hashgate.Core.Policy;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Where a list of the organisation is read from.</summary>
/// <param name="Rule">The rule that goes by it: <c>allowlist</c> or <c>blocklist</c>.</param>
/// <param name="File">An absolute path; null where <paramref name="Url"/> is set.</param>
/// <param name="RefreshAfter">How often the URL is asked; a file is looked at twice a second.</param>
/// <param name="AllowPrivateNetwork">Whether the URL's host may have a private address; null: where it is written as one.</param>
public sealed record ListSettings(string Rule, string? File, Uri? Url, TimeSpan RefreshAfter, bool? AllowPrivateNetwork = null)
{
    /// <summary>The file or URL, for people.</summary>
    public string Source => File ?? Url!.AbsoluteUri;

    internal static IReadOnlyList<ListSettings> ReadAll(SettingsReader reader) =>
        [.. new[] { RuleNames.Allowlist, RuleNames.Blocklist }.Select(rule => Read(reader, rule)).OfType<ListSettings>()];

    private static ListSettings? Read(SettingsReader reader, string rule)
    {
        var key = $"Policy:Rules:{rule}:";
        var file = reader.Text(key + "File");
        var url = reader.Url(key + "Url");
        var refreshAfter = reader.Duration(key + "RefreshAfter", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        var allowPrivate = reader.OptionalFlag(key + "AllowPrivateNetwork");
        if (file is not null && url is not null) reader.Add($"Hashgate:{key}File and Hashgate:{key}Url are both set: a list has one source.");
        return file is null && url is null ? null : new ListSettings(rule, file is null ? null : Path.GetFullPath(file), file is null ? url : null, refreshAfter, allowPrivate);
    }
}
