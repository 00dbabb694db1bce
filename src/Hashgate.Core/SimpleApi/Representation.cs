namespace Hashgate.Core.SimpleApi;

/// <summary>The forms in which an index page is served (simple repository API, "Version + Format Selection").</summary>
public enum Representation
{
    /// <summary><c>application/vnd.pypi.simple.v1+json</c>.</summary>
    Json,

    /// <summary><c>application/vnd.pypi.simple.v1+html</c>.</summary>
    Html,

    /// <summary><c>text/html</c>: the same page as <see cref="Html"/>, under the name that old clients know.</summary>
    LegacyHtml,
}

public static class Representations
{
    public const string JsonType = "application/vnd.pypi.simple.v1+json";
    public const string HtmlType = "application/vnd.pypi.simple.v1+html";
    public const string LegacyHtmlType = "text/html";
    internal const string LatestJsonType = "application/vnd.pypi.simple.latest+json";
    internal const string LatestHtmlType = "application/vnd.pypi.simple.latest+html";

    /// <summary>The Content-Type, without parameters: <c>latest</c> is always answered with the version it stands for.</summary>
    public static string ContentType(this Representation representation) => representation switch
    {
        Representation.Json => JsonType,
        Representation.Html => HtmlType,
        Representation.LegacyHtml => LegacyHtmlType,
        _ => throw new ArgumentOutOfRangeException(nameof(representation)),
    };

    /// <summary>Whether the page is HTML, under either name.</summary>
    public static bool IsHtml(this Representation representation) => representation != Representation.Json;

    /// <summary>The form that a media type without parameters names, its <c>latest</c> alias included.</summary>
    internal static Representation? Named(ReadOnlySpan<char> mediaType)
    {
        if (Is(mediaType, JsonType) || Is(mediaType, LatestJsonType)) return Representation.Json;
        if (Is(mediaType, HtmlType) || Is(mediaType, LatestHtmlType)) return Representation.Html;
        if (Is(mediaType, LegacyHtmlType)) return Representation.LegacyHtml;
        return null;
    }

    private static bool Is(ReadOnlySpan<char> mediaType, string name) =>
        mediaType.Equals(name, StringComparison.OrdinalIgnoreCase);
}
