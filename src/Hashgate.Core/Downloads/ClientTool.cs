namespace Hashgate.Core.Downloads;

/// <summary>The tool that a User-Agent names. Whoever asks writes the header: a claim, and bounded printable ASCII here.</summary>
/// <param name="Name">Such as <c>pip</c>; at most 40 characters.</param>
/// <param name="Version">Null where none is told; at most 40 characters.</param>
/// <param name="IsCi">The tool says that it runs in continuous integration, as pip and uv do where they see that they are.</param>
public readonly record struct ClientTool(string Name, string? Version, bool IsCi)
{
    private const int MaxLength = 40;

    /// <summary>Reads a User-Agent; null where it names no tool.</summary>
    public static ClientTool? Of(string? userAgent)
    {
        if (userAgent is null) return null;
        var text = userAgent.AsSpan().TrimStart();
        var product = text.IndexOfAny(' ', '(', '{') is >= 0 and var end ? text[..end] : text;
        var slash = product.IndexOf('/');
        var name = slash < 0 ? product : product[..slash];
        var version = slash < 0 ? default : product[(slash + 1)..];
        if (!IsPlain(name)) return null;
        return new ClientTool(name.ToString(), IsPlain(version) ? version.ToString() : null, SaysCi(text));
    }

    /// <summary><c>pip 23.2.1</c></summary>
    public override string ToString() => Version is null ? Name : $"{Name} {Version}";

    // pip writes its JSON without spaces; others may not.
    private static bool SaysCi(ReadOnlySpan<char> text)
    {
        const string key = "\"ci\":";
        return text.IndexOf(key, StringComparison.Ordinal) is >= 0 and var at && text[(at + key.Length)..].TrimStart().StartsWith("true", StringComparison.Ordinal);
    }

    private static bool IsPlain(ReadOnlySpan<char> word) => word.Length is > 0 and <= MaxLength && !word.ContainsAnyExceptInRange('!', '~');
}
