using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hashgate.Core.Upstreams;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>
/// Reads settings one by one, each with its default and its range, and gathers every error instead of stopping at the first. It
/// also knows which keys were asked for, so that a misspelt one is an error and not silence.
/// </summary>
internal sealed class SettingsReader(IConfigurationSection root)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _errors = [];

    /// <summary>One line for each wrong setting, naming its key, its value and what it may be.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>The keys that were asked for, below <c>Hashgate:</c>.</summary>
    public IReadOnlyCollection<string> Known => _known;

    public string? Text(string key)
    {
        _known.Add(key);
        var value = root[key];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    public bool Flag(string key, bool standard) => OptionalFlag(key) ?? standard;

    public bool? OptionalFlag(string key)
    {
        if (Text(key) is not { } text) return null;
        if (bool.TryParse(text, out var value)) return value;
        Wrong(key, text, "true or false");
        return null;
    }

    public long Number(string key, long standard, long least, long most)
    {
        if (Text(key) is not { } text) return standard;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        Wrong(key, text, $"a whole number from {least} to {most}");
        return standard;
    }

    public int Count(string key, int standard, int least, int most) => (int)Number(key, standard, least, most);

    public TimeSpan Duration(string key, TimeSpan standard, TimeSpan least, TimeSpan most)
    {
        if (Text(key) is not { } text) return standard;
        // A bare number would be read as days by the framework, and meant as seconds by whoever wrote it.
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
        Wrong(key, text, $"a duration [days.]hours:minutes:seconds from {least} to {most}");
        return standard;
    }

    public string Choice(string key, string standard, params ReadOnlySpan<string> allowed)
    {
        if (Text(key) is not { } text) return standard;
        foreach (var each in allowed)
        {
            if (string.Equals(each, text, StringComparison.OrdinalIgnoreCase)) return each;
        }
        Wrong(key, text, "one of " + string.Join(", ", allowed.ToArray()));
        return standard;
    }

    public Uri? Url(string key)
    {
        if (Text(key) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0) return url;
        const string allowed = "an absolute http or https URL without user, query or fragment";
        // What stands before an @ may be a real secret and is not quoted.
        if (text.Contains('@', StringComparison.Ordinal)) Add($"Hashgate:{key} must be {allowed}.");
        else Wrong(key, text, allowed);
        return null;
    }

    /// <summary>The path of a file that is there.</summary>
    public string? ExistingFile(string key)
    {
        if (Text(key) is not { } path) return null;
        if (!File.Exists(path)) Wrong(key, path, "a file that exists");
        return path;
    }

    /// <summary>The path of a PEM file of certificates.</summary>
    public string? Certificates(string key)
    {
        if (ExistingFile(key) is not { } path || !File.Exists(path)) return null;
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(path);
            if (found.Count > 0) return path;
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // The error below tells what it must be.
        }
        Wrong(key, path, "a readable PEM file with certificates");
        return null;
    }

    /// <summary>Whether a text is long and plain enough for a token or a secret; else that is an error, which doesn't quote it: it may be a real one.</summary>
    public bool IsSecret(string key, string text)
    {
        if (text.Length >= 16 && text.All(c => c is > ' ' and <= '~')) return true;
        Add($"Hashgate:{key} must have at least 16 characters, printable ASCII without spaces.");
        return false;
    }

    /// <summary>Whether what a user named can stand in a path: lower case letters, digits and <c>-</c>, at most 40.</summary>
    public static bool IsPathName(string name) => name.Length <= 40 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>The values of <c>key:0</c>, <c>key:1</c>…, each read by <paramref name="parse"/>.</summary>
    public IReadOnlyList<T> List<T>(string key, string what, Func<string, T?> parse) where T : class
    {
        _known.Add(key);
        var values = new List<T>();
        foreach (var child in root.GetSection(key).GetChildren())
        {
            _known.Add(child.Path[(root.Path.Length + 1)..]);
            if (string.IsNullOrWhiteSpace(child.Value)) continue;
            if (parse(child.Value.Trim()) is { } value) values.Add(value);
            else Wrong($"{key}:{child.Key}", child.Value, what);
        }
        return values;
    }

    /// <summary>Globs of project names.</summary>
    public IReadOnlyList<NameGlob> Globs(string key) =>
        List(key, "a glob of normalized names such as acme-*", static text => NameGlob.TryParse(text, out var glob) ? glob : null);

    /// <summary>The names of the sections below a key.</summary>
    public IEnumerable<string> Names(string key) => root.GetSection(key).GetChildren().Where(c => c.GetChildren().Any()).Select(c => c.Key);

    public void Wrong(string key, string value, string allowed) => _errors.Add($"Hashgate:{key} is '{value}': it must be {allowed}.");

    public void Add(string error) => _errors.Add(error);

    /// <summary>Keys that are set and that nothing reads.</summary>
    public void RefuseUnknown()
    {
        foreach (var (path, value) in root.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !_known.Contains(path)) _errors.Add($"Hashgate:{path} is no setting: see docs/configuration.md for those there are.");
        }
    }
}
