using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Where a file is: an absolute http or https URL without user or fragment, as <see cref="Uri"/> spells it. Held as text, because a page has
/// thousands of them, and few are ever followed.
/// </summary>
public readonly record struct FileUrl
{
    /// <summary>Characters that <see cref="Uri"/> leaves in a path as they are, whatever stands beside them, but for dots that begin a segment.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-/");

    private FileUrl(string absoluteUri) => AbsoluteUri = absoluteUri;

    /// <summary>The URL's text, escaped.</summary>
    public string AbsoluteUri { get; }

    /// <summary>Its path, escaped, from the first slash on.</summary>
    public ReadOnlySpan<char> Path
    {
        get
        {
            var path = AbsoluteUri.AsSpan(OriginLength);
            var query = path.IndexOf('?');
            return query < 0 ? path : path[..query];
        }
    }

    private int OriginLength => AbsoluteUri.IndexOf('/', AbsoluteUri.IndexOf("://", StringComparison.Ordinal) + 3);

    /// <summary>Takes an absolute URL.</summary>
    public static FileUrl FromUri(Uri url) => new(url.AbsoluteUri);

    public static implicit operator FileUrl(Uri url) => FromUri(url);

    public Uri ToUri() => new(AbsoluteUri);

    /// <summary>Takes a link that differs from this URL in its path alone, and needs no more reading than that: most of a page's links are such.</summary>
    internal bool TryBeside(string link, [NotNullWhen(true)] out FileUrl? url)
    {
        var origin = OriginLength;
        url = null;
        if (!link.AsSpan().StartsWith(AbsoluteUri.AsSpan(0, origin + 1))) return false;
        var path = link.AsSpan(origin);
        if (path.ContainsAnyExcept(Plain) || path.Contains("/.", StringComparison.Ordinal)) return false;
        url = new FileUrl(link);
        return true;
    }

    public override string ToString() => AbsoluteUri;
}
