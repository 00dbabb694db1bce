namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Where advisories come from.</summary>
public sealed record AdvisorySettings
{
    /// <summary>OSV's export of everything about PyPI.</summary>
    public const string StandardSource = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip";

    /// <summary>An http or https URL of a zip file, or the absolute path of a zip file or a folder; null: no advisories.</summary>
    public string? Source { get; init; }

    /// <summary>How often the source is asked for changes.</summary>
    public TimeSpan RefreshAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the URL's host may have a private address; null: where it is written as one.</summary>
    public bool? AllowPrivateNetwork { get; init; }

    /// <summary>While no advisories were ever loaded every file is held.</summary>
    public bool HoldWhenMissing { get; init; }

    internal static AdvisorySettings Read(SettingsReader reader)
    {
        var source = reader.Text("Advisories:Source") ?? StandardSource;
        if (source.Equals("none", StringComparison.OrdinalIgnoreCase)) source = null;
        else if (IsUrl(source)) source = reader.Url("Advisories:Source")?.AbsoluteUri ?? StandardSource;
        else if (source.Contains("://", StringComparison.Ordinal)) reader.Wrong("Advisories:Source", source, "an http or https URL of a zip file, the path of a zip file or of a folder, or none");
        else source = Path.GetFullPath(source);

        var hold = reader.Choice("Advisories:WhenMissing", "warn", "warn", "hold") == "hold";
        if (hold && source is null) reader.Add("Hashgate:Advisories:WhenMissing is 'hold' and Hashgate:Advisories:Source is 'none': nothing could ever be served; name a source, or set WhenMissing to warn.");
        return new AdvisorySettings
        {
            Source = source,
            RefreshAfter = reader.Duration("Advisories:RefreshAfter", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
            AllowPrivateNetwork = reader.OptionalFlag("Advisories:AllowPrivateNetwork"),
            HoldWhenMissing = hold,
        };
    }

    /// <summary>Whether a source is asked over HTTP.</summary>
    internal static bool IsUrl(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
