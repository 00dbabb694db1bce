using System.Text;
using System.Text.Json;

namespace Hashgate.Core.Downloads;

/// <summary>What a client says of itself in its User-Agent. Anybody may say anything there: hostile text, as long as the header was.</summary>
/// <param name="Name">The tool's, such as <c>pip</c>.</param>
/// <param name="Version">Such as <c>26.2</c>; null where it isn't told.</param>
/// <param name="Python">Such as <c>3.12.1</c>; null where it isn't told.</param>
/// <param name="System">The distribution or operating system; null where it isn't told.</param>
/// <param name="IsCi">Whether it runs in a build; null where it doesn't say.</param>
public sealed record ClientTool(string Name, string? Version, string? Python, string? System, bool? IsCi)
{
    /// <summary>Reads one; null for none. pip and uv add JSON to their product's name, which may be cut off where it was too long to record.</summary>
    public static ClientTool? Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent)) return null;
        var words = userAgent.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words[0][0] is '/' or '{' or '(') return null;
        var product = words[0].Split('/', 2);
        var told = userAgent.IndexOf('{', StringComparison.Ordinal) is >= 0 and var json ? Read(Encoding.UTF8.GetBytes(userAgent[json..])) : [];
        return new ClientTool(
            product[0],
            product is [_, { Length: > 0 } version] ? version : null,
            told.GetValueOrDefault("python") ?? Product(words, "CPython") ?? Product(words, "PyPy"),
            Joined(told.GetValueOrDefault("distro.name"), told.GetValueOrDefault("distro.version")) ?? Joined(told.GetValueOrDefault("system.name"), told.GetValueOrDefault("system.release")) ?? OperatingSystemOf(words),
            told.TryGetValue("ci", out var ci) ? ci == "true" : null);
    }

    /// <summary><c>pip 26.2</c></summary>
    public override string ToString() => Version is null ? Name : $"{Name} {Version}";

    /// <summary>The values of objects up to two deep, by their names; as many as can be read.</summary>
    private static Dictionary<string, string?> Read(byte[] json)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        string? outer = null, name = null;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = reader.GetString();
                        if (reader.CurrentDepth == 1) outer = name;
                        break;
                    case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                        return values;
                    case JsonTokenType.String or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null when reader.CurrentDepth is 1 or 2:
                        values[reader.CurrentDepth == 1 ? outer! : $"{outer}.{name}"] = reader.TokenType switch { JsonTokenType.String => reader.GetString(), JsonTokenType.True => "true", _ => null };
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // What was read so far is as good as any of it.
        }
        return values;
    }

    private static string? Product(string[] words, string name) =>
        words.FirstOrDefault(w => w.StartsWith(name + "/", StringComparison.Ordinal)) is { } word ? word[(name.Length + 1)..] : null;

    private static string? OperatingSystemOf(string[] words) => ((string[])["Linux", "Darwin", "Windows"]).FirstOrDefault(system => words.Any(w => w.StartsWith(system + "/", StringComparison.Ordinal)));

    private static string? Joined(string? name, string? version) => name is null ? null : version is null ? name : $"{name} {version}";
}
